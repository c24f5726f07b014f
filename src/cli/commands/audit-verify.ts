import { readAnchors } from '#lib/access/audit-anchor.server.ts';
import { verifyAudit } from '#lib/access/audit.server.ts';
import { wrongUse, type Command } from '../command.ts';

export const command: Command = {
	name: 'audit verify',
	summary: 'Walks the hash chain of the audit trail',
	usage: `audit verify

Compares with the heads written down in DATA_DIR/audit-anchor.jsonl as well, so that a tail cut off shows.
Exit code 1 when the chain is broken; firstBroken is the number of the first entry that is changed or missing.`,
	async run(context, args) {
		if (args.length > 0) return wrongUse(`What is "${args[0]}"?`);
		const { entries, valid, firstBroken } = await verifyAudit(
			await context.database(),
			await readAnchors(context.settings.dataDir)
		);
		const summary = { entries, valid, firstBroken };
		return valid ? { ok: true, summary } : { ok: false, reason: `The audit trail is broken from entry ${firstBroken} on.`, summary };
	}
};
