import { turnQueueContract } from '../../contracts/turn-queue.contract.ts';
import { createFileQueueRig, createMemoryQueueRig } from './sqlite-queue-rig.ts';

turnQueueContract('sqlite on a file', createFileQueueRig);
turnQueueContract('sqlite in memory', createMemoryQueueRig);
