/** What a server makes of one of its endpoints. `unsupported`: 400 "Unsupported feature type", as the hosted service says it; `missing`: 404. */
export type Endpoint = 'answered' | 'unsupported' | 'missing';

/** What kind of a server it is, and what it has against its clients. */
export type ScriptedRules = {
  readonly features: Endpoint;
  readonly unified: Endpoint;
  /** `status`: what `POST /api/conversations` is refused with. */
  readonly conversations: 'kept' | { readonly status: number; readonly body?: object };
  /** Conversations for the page's feature can be created. */
  readonly legacyConversations: boolean;
  readonly webSearch: 'works' | 'refused';
  /** `ignored`: pictures are taken and no model ever gets them. */
  readonly pictures: 'read' | 'ignored';
};

/** A server that speaks both dialects and has nothing against anybody. */
export const friendlyServer: ScriptedRules = {
  features: 'answered',
  unified: 'answered',
  conversations: 'kept',
  legacyConversations: true,
  webSearch: 'works',
  pictures: 'read',
};

/** The hosted service as it is since August 2026. */
export const hostedService: ScriptedRules = { ...friendlyServer, features: 'unsupported', legacyConversations: false };

/** A server of the page's time, before there were conversations to be created. */
export const pageServer: ScriptedRules = { ...friendlyServer, unified: 'missing', conversations: { status: 404 } };
