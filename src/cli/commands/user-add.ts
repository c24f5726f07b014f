import { parseArgs } from 'node:util';
import { addUser } from '#lib/access/add-user.server.ts';
import { grants, roles } from '#lib/access/actor.ts';
import { passwordLength } from '#lib/access/password-rules.ts';
import { wrongUse, type Command } from '../command.ts';
import { readPassword } from '../read-password.ts';

const reasons: Readonly<Record<string, string>> = {
	'bad-name': 'An account name has 2 to 32 small letters, digits or . _ - and starts with a letter.',
	'name-taken': 'There is already an account of this name.',
	'not-an-administrator':
		'Only sysadmin, secadmin and auditor are made here; everybody else is made in the pages by two administrators (--test lifts this).',
	'grant-not-of-role': 'This grant does not go with the role: approver is for a leader, editor for a monitor or planner, steward for a monitor.',
	'no-region': 'There is no region of this code.',
	'no-industry': 'There is no industry of this key; keys look like H or C13.',
	'too-short': `The password is too short: at least ${passwordLength.least} characters.`,
	'too-long': `The password is too long: at most ${passwordLength.most} characters.`,
	'too-simple': 'The password is too simple: three of capitals, small letters, digits and signs.',
	'contains-name': 'The password contains the account name.',
	'too-common': 'The password is too common.',
	repeated: 'The password repeats few characters.'
};

export const command: Command = {
	name: 'user add',
	summary: 'Makes the first administrators of an empty instance, and accounts for tests',
	usage: `user add NAME --role R --region CODE [--industry KEY…] [--grant G] [--test]

  --role R        ${roles.join(', ')}
  --region CODE   the account's jurisdiction, six digits; 000000 is the nation
  --industry KEY  industries the account is limited to, e.g. --industry H C13
  --grant G       ${grants.join(', ')}; may be repeated
  --test          any role and any password, for tests

Asks for the password on the terminal, else reads it from stdin.`,
	async run(context, args) {
		const { values, positionals } = parseArgs({
			args: [...args],
			allowPositionals: true,
			options: {
				role: { type: 'string' },
				region: { type: 'string' },
				industry: { type: 'string', multiple: true },
				grant: { type: 'string', multiple: true },
				test: { type: 'boolean' }
			}
		});
		// `--industry H C13`: what follows the first key arrives as further positionals.
		const [name, ...keys] = positionals;
		if (name === undefined) return wrongUse('NAME is missing');
		if (keys.length > 0 && values.industry === undefined) return wrongUse(`What is "${keys[0]}"?`);
		const role = roles.find((known) => known === values.role);
		if (role === undefined) return wrongUse(`--role must be one of ${roles.join(', ')}`);
		if (!/^\d{6}$/.test(values.region ?? '')) return wrongUse('--region must be a code of six digits');
		const unknown = values.grant?.find((grant) => !(grants as readonly string[]).includes(grant));
		if (unknown !== undefined) return wrongUse(`--grant must be one of ${grants.join(', ')}`);
		const industries = [...(values.industry ?? []), ...keys].flatMap((key) => key.toUpperCase().split(','));

		const password = await readPassword(`Password for ${name}: `, 'Once more: ', context.signal);
		if (password === null) return { ok: false, reason: 'The two passwords differ.' };
		if (password === '') return { ok: false, reason: 'No password was given.' };
		const outcome = await addUser(await context.database(), {
			name,
			password,
			role,
			grants: grants.filter((grant) => values.grant?.includes(grant)),
			regionCode: values.region!,
			industries: industries.length === 0 ? null : industries,
			test: values.test ?? false
		});
		if (!outcome.ok) return { ok: false, reason: reasons[outcome.reason] ?? outcome.reason };
		return { ok: true, summary: { id: outcome.id } };
	}
};
