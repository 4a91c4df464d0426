type Verdict =
  | { readonly success: true }
  | {
      readonly success: false;
      readonly error: { readonly issues: readonly { readonly path: readonly PropertyKey[] }[] };
    };

/** The fields of a payload that the published schema does not allow. Times are left out: Discord writes them with `+00:00`, the schema wants `Z`. */
export function strangeFields(schema: { safeParse(value: unknown): Verdict }, payload: unknown): readonly string[] {
  const verdict = schema.safeParse(payload);
  if (verdict.success) return [];
  return verdict.error.issues.map((issue) => issue.path.join('.')).filter((path) => !/timestamp$/.test(path));
}
