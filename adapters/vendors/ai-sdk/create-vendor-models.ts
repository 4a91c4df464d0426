import { Agent, type Dispatcher } from 'undici';
import { createLazyVisionModel } from '../../../src/engine/lazy-vision-model.ts';
import type { VisionModel } from '../../../src/engine/vision-model.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { createLazy } from '../../../src/lib/lazy.ts';
import { createAiSdkModel } from './ai-sdk-model.ts';
import { vendorLimits } from './limits.ts';
import type { AskedVendorId } from './vendor-profile.ts';
import { defaultBaseUrls, vendorProfiles } from './vendor-profiles.ts';

/** A vendor that was configured. Base URLs have their path, as `https://api.openai.com/v1`; null is the vendor's own. */
export type VendorSettings =
  | { readonly vendor: keyof typeof defaultBaseUrls; readonly apiKey: string; readonly baseUrl: string | null }
  | { readonly vendor: 'llama'; readonly apiKey: string; readonly baseUrl: string }
  | { readonly vendor: 'openai-compatible'; readonly apiKey: string | null; readonly baseUrl: string };

/** What the vendors' models take. */
export type VendorModelsParts = {
  readonly vendors: readonly VendorSettings[];
  /** Sent as `Sightline/<version>`. */
  readonly version: string;
  readonly clock: Clock;
  /** Another way to every vendor, for tests; closed with the models. */
  readonly dispatcher?: Dispatcher;
};

/** The models of every configured vendor. `close` ends their connections at once, with what is being answered on them. */
export type VendorModels = {
  readonly models: ReadonlyMap<AskedVendorId, VisionModel>;
  close(): Promise<void>;
};

/** Nothing is loaded and no connection made before a vendor's first question. */
export function createVendorModels(parts: VendorModelsParts): VendorModels {
  const made = parts.vendors.map((settings) => createVendor(settings, parts));
  return {
    models: new Map(made.map(({ vendor, model }) => [vendor, model])),
    async close() {
      await Promise.all(made.map((each) => each.close()));
    },
  };
}

type Vendor = { readonly vendor: AskedVendorId; readonly model: VisionModel; close(): Promise<void> };

function createVendor(settings: VendorSettings, { version, clock, dispatcher }: VendorModelsParts): Vendor {
  const profile = vendorProfiles[settings.vendor];
  const baseUrl = toBaseUrl(settings);
  const lazy = createLazy(async () => {
    const makeModel = await profile.load();
    const agent = dispatcher ?? createAgent();
    const connection = { origin: new URL(baseUrl).origin, dispatcher: agent, userAgent: `Sightline/${version}`, clock };
    const model = createAiSdkModel({ vendor: profile, baseUrl, apiKey: settings.apiKey, connection, makeModel });
    return { model, close: () => agent.destroy() };
  });
  return {
    vendor: settings.vendor,
    model: createLazyVisionModel(async () => (await lazy.get()).model),
    close: lazy.close,
  };
}

function toBaseUrl(settings: VendorSettings): string {
  if (settings.vendor === 'llama' || settings.vendor === 'openai-compatible') return tidy(settings.baseUrl);
  return tidy(settings.baseUrl ?? defaultBaseUrls[settings.vendor]);
}

/** The packages put their paths behind it. */
function tidy(baseUrl: string): string {
  return baseUrl.replace(/\/+$/, '');
}

function createAgent(): Agent {
  const { connectMs, headersMs, silenceMs } = vendorLimits;
  return new Agent({
    connect: { timeout: connectMs },
    headersTimeout: headersMs,
    bodyTimeout: silenceMs,
    allowH2: false,
  });
}
