import { modelOfOption } from '../commands/model-options.ts';
import type { WireFile } from '../pictures/picture-wire.ts';
import { type FormMemo, readFormMemo } from './form-memo.ts';
import type { WireView } from './interaction-wire.ts';
import { formIds, hasChoiceOfPlace, visibilities } from './question-form.ts';

/** A question as somebody filled it in. */
export type FilledForm = {
  /** The view's id: the same however often it is sent. */
  readonly id: string;
  readonly memo: FormMemo;
  readonly question: string;
  readonly files: readonly WireFile[];
  /** Null: as usual. */
  readonly model: string | null;
  readonly visibility: (typeof visibilities)[number];
};

/** Null for a form that was not made here. */
export function readForm({ id, callback_id, private_metadata, state }: WireView): FilledForm | null {
  const memo = callback_id === formIds.form ? readFormMemo(private_metadata ?? '') : null;
  if (memo === null) return null;
  const inputOf = (name: string) => state?.values[name]?.[name];
  const wanted = inputOf(formIds.visibility)?.selected_option?.value;
  const isOpen = hasChoiceOfPlace(memo) && wanted !== visibilities[1];
  return {
    id,
    memo,
    question: inputOf(formIds.question)?.value?.trim() ?? '',
    files: inputOf(formIds.pictures)?.files ?? [],
    model: modelOfOption(inputOf(formIds.model)?.selected_option?.value ?? null),
    visibility: isOpen ? visibilities[0] : visibilities[1],
  };
}
