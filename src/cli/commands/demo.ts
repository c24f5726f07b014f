import { parseArgs } from 'node:util';
import { demoPassword } from '../demo-password.ts';
import { wrongUse, type Command } from '../command.ts';

const sizes = ['S', 'M', 'L'] as const;

export const command: Command = {
	name: 'demo',
	summary: 'Loads the demo jurisdiction into an empty database',
	usage: `demo [--size S|M|L] [--seed N]

  --size S   50,000 enterprises; M has ten times, L a hundred times as many (default S)
  --seed N   another jurisdiction of the same kind

The demo accounts get DEMO_PASSWORD, else a generated one.`,
	async run(context, args) {
		const { values } = parseArgs({ args: [...args], options: { size: { type: 'string' }, seed: { type: 'string' } } });
		const size = sizes.find((known) => known === (values.size ?? 'S').toUpperCase());
		if (size === undefined) return wrongUse(`--size must be one of ${sizes.join(', ')}`);
		if (values.seed !== undefined && !/^\d{1,9}$/.test(values.seed)) return wrongUse('--seed must be a whole number');
		const { loadDemo } = await import('#db/demo/load.ts');
		const url = await context.databaseUrl();
		const password = await demoPassword(context.settings);
		const result = await loadDemo({
			url,
			size,
			...(values.seed === undefined ? {} : { seed: Number(values.seed) }),
			password: password.text,
			progress: context.progress
		});
		if (!result.ok) return { ok: false, reason: result.message };
		context.print(`Demo accounts have the password ${password.given ? 'of DEMO_PASSWORD' : password.text}`);
		const { enterprises, events, seconds } = result;
		return { ok: true, summary: { enterprises, events, seconds } };
	}
};
