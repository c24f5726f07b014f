import pg from 'pg';
import { randomBytes } from 'node:crypto';
import { quoted, tablesInOrder } from '#lib/backup/schema.server.ts';

/** A database without any table on the test server, dropped at the end. */
export async function emptyDatabase(): Promise<AsyncDisposable & { readonly url: string }> {
	const server = process.env['TEST_DATABASE_URL']!;
	const name = `qianshao_test_restore_${process.pid}_${randomBytes(4).toString('hex')}`;
	const onServer = (statement: string) => withClient(server, (client) => client.query(statement));
	await onServer(`create database ${name} template template0 encoding 'UTF8'`);
	const url = new URL(server);
	url.pathname = `/${name}`;
	return {
		url: url.href,
		async [Symbol.asyncDispose]() {
			await onServer(`drop database if exists ${name} with (force)`);
		}
	};
}

export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	try {
		return await work(client);
	} finally {
		await client.end();
	}
}

/** Rows and a checksum of every table, whatever the order of its rows. */
export async function checksums(url: string): Promise<Readonly<Record<string, string>>> {
	return withClient(url, async (client) => {
		const sums: Record<string, string> = {};
		for (const { name } of await tablesInOrder(client)) {
			const { rows } = await client.query<{ sum: string }>(
				`select count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) as sum from ${quoted(name)} t`
			);
			sums[name] = rows[0]!.sum;
		}
		return sums;
	});
}
