import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filesStore } from '#shared/files/store.ts';
import { describeStoreContract } from '#test/support/store-contract.ts';

const emptyStore = async () => filesStore(join(await mkdtemp(join(tmpdir(), 'medic-store-')), 'not-made-yet'));

describeStoreContract('files', emptyStore);
