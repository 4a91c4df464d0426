import { visionModelContract } from '../../../contracts/vision-model.contract.ts';
import { startVendorRig, vendorIds } from './vendor-rig.ts';

for (const vendor of vendorIds) {
  visionModelContract(vendor, async () => {
    const rig = await startVendorRig(vendor);
    const broken = await startVendorRig(vendor);
    broken.server.next({ type: 'play', fixture: 'answer', events: 5, ending: 'reset' });
    return {
      model: rig.model,
      failing: broken.model,
      request: rig.request,
      run: (promise) => promise,
      open: () => rig.server.open() + broken.server.open(),
      async close() {
        await rig.close();
        await broken.close();
      },
    };
  });
}
