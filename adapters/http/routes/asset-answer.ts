import type { AssetEntry } from '../../../src/api/asset-entry.ts';
import type { Asset } from '../../../src/engine/assets.ts';

/** The form part that the file came in, as the answer repeats it. */
const part = { fieldname: 'asset', encoding: '7bit' } as const;

/**
 * The answer to an upload, in the full shape of the hosted Asset API (docs.1min.ai, "Asset API"), so that every client
 * finds the key where it looks: `fileContent.path` and `asset.key`. `location` names no host: the picture is not served.
 */
export function toAssetAnswer(asset: Asset): AssetEntry {
  const name = asset.key.slice(asset.key.lastIndexOf('/') + 1);
  return {
    asset: {
      ...part,
      originalname: asset.originalName,
      mimetype: asset.mimeType,
      size: asset.sizeBytes,
      bucket: 'sightline',
      key: asset.key,
      acl: 'private',
      contentType: asset.mimeType,
      contentDisposition: null,
      contentEncoding: null,
      storageClass: 'STANDARD',
      serverSideEncryption: null,
      metadata: {
        'team-id': asset.ownerId,
        'user-id': asset.ownerId,
        ...part,
        originalname: asset.originalName,
        mimetype: asset.mimeType,
      },
      location: `/${asset.key}`,
      etag: `"${asset.sha256.slice(0, 32)}"`,
    },
    fileContent: {
      uuid: asset.uuid,
      path: asset.key,
      type: name.slice(name.lastIndexOf('.') + 1),
      name,
      content: '',
      status: 'ACTIVE',
      metadata: { token: 0, character: 0 },
      createdAt: new Date(asset.createdAtMs).toISOString(),
    },
  };
}
