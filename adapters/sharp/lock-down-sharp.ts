import sharp from 'sharp';

/**
 * Leaves libvips only the four loaders that are needed, from memory, and the savers. SVG (which can name other files), PDF, TIFF, HEIF
 * and every loader that opens a path are blocked, whatever the bytes pretend to be. For the whole process, for good.
 */
export function lockDownSharp(): void {
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({
    operation: [
      'VipsForeignLoadJpegBuffer',
      'VipsForeignLoadPngBuffer',
      'VipsForeignLoadWebpBuffer',
      'VipsForeignLoadNsgifBuffer',
    ],
  });
  sharp.cache(false);
  // Two decoders on two cores are enough; within one, threads cost memory and make nothing faster that is waited for.
  sharp.concurrency(1);
}
