import { z } from 'zod';

const partSchema = { fieldname: z.string(), encoding: z.string(), originalname: z.string(), mimetype: z.string() };

/** The answer to an upload, in the full shape of the hosted Asset API (docs.1min.ai, "Asset API"). */
export const assetEntrySchema = z.object({
  asset: z.object({
    ...partSchema,
    size: z.int().describe('Bytes.'),
    bucket: z.string(),
    key: z.string().describe('The picture’s key, the same as `fileContent.path`.'),
    acl: z.string(),
    contentType: z.string(),
    contentDisposition: z.null(),
    contentEncoding: z.null(),
    storageClass: z.string(),
    serverSideEncryption: z.null(),
    metadata: z.object({ 'team-id': z.string(), 'user-id': z.string(), ...partSchema }),
    location: z.string().describe('Names no host: pictures are not served.'),
    etag: z.string(),
  }),
  fileContent: z.object({
    uuid: z.string(),
    path: z
      .string()
      .describe('The picture’s key: send it in `promptObject.imageList` or `promptObject.attachments.images`.'),
    type: z.string().describe('The format by the file’s bytes: `png`, `jpg`, `webp` or `gif`.'),
    name: z.string(),
    content: z.string(),
    status: z.string(),
    metadata: z.object({ token: z.number(), character: z.number() }),
    createdAt: z.string(),
  }),
});

export type AssetEntry = z.infer<typeof assetEntrySchema>;
