import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isHttpError, isRedirect } from '@sveltejs/kit';
import { readSheet } from 'read-excel-file/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roles, type Actor, type Role } from '#lib/access/actor.ts';
import { isPublicRoute, mayOpen, routePath } from '#lib/access/routes.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { listSources } from '#lib/intake/batches.server.ts';
import { testDatabase } from '../support/database.ts';
import { zipTexts } from '../support/zip.ts';
import { fileOf, rectificationOf } from './jurisdiction-fieldwork.ts';
import { pictureOf } from './jurisdiction-reports.ts';
import { snapshotOf } from './jurisdiction-map.ts';
import { actorIn, crossLeadOf, markOf, occurredOn, outsideWarnings, places, today, usccOf, writeWorld, type Place } from './jurisdiction-world.ts';

const folder = join(import.meta.dirname, '../../src/routes');
/** Files that answer a look: loads of pages and layouts, and endpoints. Those for systems ask for a token of their own, see tests/api and tests/outward. */
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
	(file) => /\+(page\.server|layout\.server|server)\.ts$/.test(file) && !file.startsWith(join('api', 'v1'))
);
const pathOf = (file: string) => routePath(`/${file.replace(/\/?\+[^/]+$/, '')}`.replace(/\/$/, '')) || '/';

type Look = {
	/** Route parameters. */
	readonly params?: Readonly<Record<string, string>>;
	readonly search?: string;
	/** What the address itself says, and the answer may repeat. */
	readonly echo?: string;
};

/** Lists and searches, asked about a place, whoever asks. */
const lists: Readonly<Record<string, (code: string) => readonly Look[]>> = {
	'/': () => [{}],
	'/account': () => [{}],
	'/account/notices': () => [{}],
	'/admin': () => [{}],
	'/admin/accounts': (code) => [{}, { search: `?q=${markOf(code)}`, echo: markOf(code) }],
	'/admin/audit': (code) => [{}, { search: `?object=${usccOf(code)}`, echo: usccOf(code) }],
	'/admin/boundaries': () => [{}],
	'/admin/calendar': () => [{}],
	'/admin/departments': (code) => [{}, { search: `?edit=department-${markOf(code)}` }],
	'/admin/jobs': () => [{}],
	'/admin/outward': () => [{}],
	'/admin/kinds': () => [{}],
	'/admin/kinds/new': () => [{}],
	'/admin/kinds/[name]': () => [{ params: { name: 'no-such-kind' } }],
	'/admin/sources': () => [{}],
	'/admin/deliveries': () => [{}],
	'/admin/sources/new': () => [{}],
	'/admin/exchanges': (code) => [{}, { search: `?exchange=exchange-${markOf(code)}` }],
	'/admin/channels': (code) => [{}, { search: `?webhook=webhook-${markOf(code)}` }],
	'/admin/hosts': (code) => [{}, { search: `?host=host-${markOf(code)}` }],
	'/admin/screens': (code) => [{}, { search: `?screen=screen-${markOf(code)}` }],
	'/admin/tokens': (code) => [{}, { search: `?token=token-${markOf(code)}` }],
	'/disposals': (code) => [{ search: '?door=all' }, { search: '?door=approve' }, { search: '?door=mine' }, { search: `?door=all&q=${usccOf(code)}`, echo: usccOf(code) }],
	'/enterprises': (code) => [{}, { search: '?q=某' }, { search: `?q=${usccOf(code)}`, echo: usccOf(code) }],
	'/indicators': () => [{}],
	'/indicators/[id]': () => [{ params: { id: 'complaint-surge' } }],
	'/indicators/coverage': () => [{}],
	'/indicators/cluster-addresses': () => [{}],
	'/intake': (code) => [{}, { search: `?source=source-${markOf(code)}`, echo: `source-${markOf(code)}` }],
	'/intake/deliveries': () => [{}],
	'/intake/duplicates': () => [{}],
	'/intake/match': () => [{}],
	'/intake/rejects': (code) => [{}, { search: `?source=source-${markOf(code)}`, echo: `source-${markOf(code)}` }],
	'/intake/upload': () => [{}],
	'/lead-checks': (code) => [{}, { search: '?state=open' }, { search: `?q=${usccOf(code)}`, echo: usccOf(code) }],
	'/lead-checks/reports': (code) => [{}, { search: '?state=open' }, { search: `?q=${usccOf(code)}`, echo: usccOf(code) }],
	'/lead-checks/reports/new': () => [{}],
	'/lead-checks/new': (code) => [{}, { search: `?uscc=${usccOf(code)}`, echo: usccOf(code) }],
	'/live': () => [{ search: '?poll&after=0' }],
	'/map': () => ['', '&view=industry', '&view=matrix', '&detail=county', '&view=multiples', '&compare=2026-10', '&measure=high-risk', '&measure=coverage'].flatMap((view) => [
		{ search: `?measure=warnings${view}` }, { search: `?measure=count&kind=complaint&month=${occurredOn.slice(0, 7)}${view}` }
	]),
	'/map/classes': () => [{}, { search: '?back=12&industry=H' }],
	'/map/classes/rows': () => [{}, { search: '?shift=up' }],
	'/map/cohorts': () => [{}, { search: '?by=month&measure=bad' }],
	'/map/cohorts/rows': () => [{ search: '?from=2025-01&to=2026-11' }],
	'/my-tasks': () => [{}],
	'/notices': () => [{}, { search: '?show=all' }],
	'/notices/live': () => [{ search: '?poll' }],
	'/refused': () => [{}],
	'/reports': (code) => [{}, { search: '?kind=monthly&state=draft' }, { search: `?unit=department-${markOf(code)}`, echo: `department-${markOf(code)}` }],
	'/reports/settings': () => [{}],
	'/sampling/follow-up': () => ['', '?view=overdue', '?tab=rectification', '?tab=rectification&view=overdue'].map((search) => ({ search })),
	'/sampling/follow-up/export': () => [{}],
	'/sampling/effect': () => [{}, { search: '?period=custom&from=2026-01-01&to=2026-12-31' }],
	'/sampling/effect/classes': (code) => ['', `&scale=scale:分级${markOf(code)}`, `&scale=grade:领域${markOf(code)}`].map((more) => ({
		search: `?period=custom&from=2026-01-01&to=2026-12-31${more}`, ...(more === '' ? {} : { echo: markOf(code) })
	})),
	'/sampling/inspectors': (code) => [{}, { search: '?mine=1' }, { search: `?q=${markOf(code)}`, echo: markOf(code) }],
	'/sampling/items': () => [{}, { search: '?q=检' }],
	'/sampling/items/[id]': () => ['item', 'new'].map((id) => ({ params: { id } })),
	'/sampling/objects': (code) => [
		{}, { search: `?q=${usccOf(code)}`, echo: usccOf(code) }, { search: `?tag=标签${markOf(code)}`, echo: `标签${markOf(code)}` }, { search: `?region=${code}`, echo: code }
	],
	'/sampling/registers/[register]/export': (code) => [
		...['items', 'inspectors', 'objects'].map((register) => ({ params: { register } })),
		{ params: { register: 'objects' }, search: '?with=class' }, { params: { register: 'objects' }, search: `?q=${usccOf(code)}`, echo: usccOf(code) }
	],
	'/sampling/registers/[register]/import': () => ['items', 'inspectors', 'objects'].map((register) => ({ params: { register } })),
	'/sampling/registers/[register]/refused': () => [{ params: { register: 'objects' }, search: '?file=none' }],
	'/sampling/registers/[register]/template': () => [{ params: { register: 'objects' } }],
	'/sampling/joint': () => ['', '?window=90', '?tab=joined', '?tab=apart'].map((search) => ({ search })),
	'/sampling/campaigns': () => [{}, { search: '?year=2026&state=approved' }],
	'/sampling/campaigns/new': (code) => [{}, { search: `?region=${code}` }],
	'/sampling/plans': () => [{}, { search: '?year=2026' }],
	'/sampling/presets': () => [{}],
	'/sampling/presets/[id]': () => [{ params: { id: 'preset' } }],
	'/sampling/presets/observation': (code) => [{}, { search: `?q=${usccOf(code)}`, echo: usccOf(code) }],
	'/tasks': (code) => [
		{}, { search: '?door=review' }, { search: '?source=plan&due=over' }, { search: `?plan=plan-${markOf(code)}&campaign=campaign-${markOf(code)}`, echo: markOf(code) }
	],
	'/tasks/new': (code) => [{}, { search: `?region=${code}` }],
	'/warnings': (code) => [
		{ search: '?door=all&snoozed=all' }, { search: '?door=new' }, { search: `?door=all&q=${usccOf(code)}`, echo: usccOf(code) },
		{ search: `?door=all&region=${code}`, echo: code }
	],
	'/warnings/duty': (code) => [{}, { search: `?department=department-${markOf(code)}` }],
	'/warnings/lead-times': () => [{ search: `?from=2026-11-01&to=${today}` }],
	'/warnings/measures': () => [{}],
	'/warnings/rules': (code) => [{}, { search: `?region=${code}`, echo: code }]
};

const others = (code: string) => places.map((place) => place.code).filter((other) => other !== code);

const evidenceOf = (code: string) => ({ ref: `task:task-${markOf(code)}`, uscc: usccOf(code), file: fileOf(markOf(code)) });

const paperIds = (code: string) => [`paper-${markOf(code)}`, `draft-${markOf(code)}`];

/** Addresses of one thing of a place. */
const things: Readonly<Record<string, (code: string) => readonly Look[]>> = {
	'/admin/accounts/[id]': (code) => roles.map((role) => ({ params: { id: `user-${role}-${markOf(code)}` } })),
	'/admin/sources/[id]': (code) => [{ params: { id: `source-${markOf(code)}` } }],
	'/disposals/[id]': (code) => [{ params: { id: `disposal-${markOf(code)}` } }],
	'/disposals/[id]/attachments/[attachment]': (code) => [{ params: { id: `disposal-${markOf(code)}`, attachment: `attachment-${markOf(code)}` } }],
	'/disposals/[id]/document': (code) => [{ params: { id: `disposal-${markOf(code)}` } }],
	'/disposals/[id]/print': (code) => [{ params: { id: `disposal-${markOf(code)}` } }],
	'/enterprises/[uscc]': (code) => [{ params: { uscc: usccOf(code) } }],
	'/intake/[batch]': (code) => [{ params: { batch: `batch-${markOf(code)}` } }],
	'/intake/rejects/mend': (code) => [{ search: `?source=source-${markOf(code)}&kind=complaint` }],
	'/intake/rejects/row': (code) => [{ search: `?batch=batch-${markOf(code)}&line=1` }],
	'/intake/rejects/rules/[rule]': (code) => [{ params: { rule: `rule-${markOf(code)}` } }],
	'/intake/[batch]/rejects': (code) => [{ params: { batch: `batch-${markOf(code)}` } }],
	'/intake/sources/[id]': (code) => [{ params: { id: `source-${markOf(code)}` } }],
	'/intake/sources/[id]/[kind]': (code) => [{ params: { id: `source-${markOf(code)}`, kind: 'complaints' } }],
	'/lead-checks/[id]': (code) => [`lead-${markOf(code)}`, ...others(code).map((other) => crossLeadOf(code, other))].map((id) => ({ params: { id } })),
	'/lead-checks/new': (code) => [`warning=warning-${markOf(code)}`, `report=report-${markOf(code)}`, `task=task-${markOf(code)}`].map((search) => ({ search: `?${search}` })),
	'/lead-checks/reports/[id]': (code) => [{ params: { id: `report-${markOf(code)}` } }],
	'/map': (code) => [{ search: `?region=${code}` }, { search: `?region=${code}&measure=count&kind=complaint` }],
	'/map/classes': (code) => [{ search: `?region=${code}` }],
	'/map/classes/rows': (code) => [{ search: `?region=${code}` }, { search: `?region=${code}&to=D` }],
	'/map/cohorts': (code) => [{ search: `?region=${code}` }],
	'/map/cohorts/rows': (code) => [{ search: `?region=${code}&from=2025-01&to=2026-11` }],
	'/my-tasks/[id]': (code) => [{ params: { id: `task-${markOf(code)}` } }],
	'/lead-checks/[id]/results': (code) => [{ params: { id: `lead-${markOf(code)}` } }],
	'/my-tasks/[id]/[uscc]': (code) => [{ params: { id: `task-${markOf(code)}`, uscc: usccOf(code) } }],
	'/my-tasks/[id]/print': (code) => [{ params: { id: `task-${markOf(code)}` } }],
	'/my-tasks/files/[ref]/[uscc]/[file]': (code) => [{ params: evidenceOf(code) }],
	'/my-tasks/lead-checks/[id]': (code) => [{ params: { id: `lead-${markOf(code)}` } }],
	'/my-tasks/lead-checks/[id]/print': (code) => [{ params: { id: `lead-${markOf(code)}` } }],
	'/my-tasks/rectifications/[uscc]/[id]': (code) => [{ params: { uscc: usccOf(code), id: rectificationOf(markOf(code)) } }],
	'/sampling/follow-up/files/[ref]/[uscc]/[file]': (code) => [{ params: evidenceOf(code) }],
	'/sampling/follow-up/rectifications/[uscc]/[id]': (code) => [{ params: { uscc: usccOf(code), id: rectificationOf(markOf(code)) } }],
	'/reports/[id]': (code) => paperIds(code).map((id) => ({ params: { id } })),
	'/reports/[id]/document': (code) => paperIds(code).map((id) => ({ params: { id } })),
	'/reports/[id]/pictures/[hash]': (code) => paperIds(code).map((id) => ({ params: { id, hash: pictureOf(markOf(code)).hash } })),
	'/reports/[id]/print': (code) => paperIds(code).map((id) => ({ params: { id } })),
	'/reports/[id]/tables': (code) => paperIds(code).map((id) => ({ params: { id } })),
	'/snapshot/[id]': (code) => [{ params: { id: snapshotOf(code) } }],
	'/snapshot/[id]/xlsx': (code) => [{ params: { id: snapshotOf(code) } }],
	'/tasks/[id]/results/[uscc]': (code) => [{ params: { id: `task-${markOf(code)}`, uscc: usccOf(code) } }],
	'/tasks/[id]/sheets': (code) => [{ params: { id: `task-${markOf(code)}` } }],
	'/rows': (code) => ['kind=complaint', 'kind=change', 'of=warnings', 'of=disposed', 'of=classes&classes=ABCD', 'of=visited', 'of=visits'].map((what) => ({ search: `?${what}&region=${code}&from=2026-11-01&to=${today}` })),
	'/sampling/campaigns/[id]': (code) => ['', '?edit'].map((search) => ({ params: { id: `campaign-${markOf(code)}` }, search })),
	'/sampling/campaigns/new': (code) => [`warning=warning-${markOf(code)}`, `incident=incident-${markOf(code)}`].map((search) => ({ search: `?${search}` })),
	'/sampling/inspectors/[id]': (code) => [{ params: { id: `inspector-${markOf(code)}` } }],
	'/sampling/objects/[uscc]': (code) => [{ params: { uscc: usccOf(code) } }],
	'/sampling/plans/[id]': (code) => ['', '?entry=new'].map((search) => ({ params: { id: `plan-${markOf(code)}` }, search })),
	'/sampling/presets/[id]/try': (code) => ['', `&warning=warning-${markOf(code)}`].map((more) => ({ params: { id: 'preset' }, search: `?uscc=${usccOf(code)}&item=item${more}` })),
	'/tasks/[id]': (code) => ['', '?step=scope', '?step=pool', '?step=draw', '?step=results'].map((search) => ({ params: { id: `task-${markOf(code)}` }, search })),
	'/tasks/[id]/certificate': (code) => [{ params: { id: `task-${markOf(code)}` } }],
	'/tasks/[id]/certificate/outer': (code) => [{ params: { id: `task-${markOf(code)}` } }],
	'/tasks/[id]/export/[what]': (code) => ['list', 'certificate', 'inner'].map((what) => ({ params: { id: `task-${markOf(code)}`, what } })),
	'/tasks/[id]/pool': (code) => [{ params: { id: `task-${markOf(code)}` } }],
	'/tasks/new': (code) => ['warning', 'incident', 'entry', 'campaign'].map((what) => ({ search: `?${what}=${what}-${markOf(code)}` })),
	'/warnings/incidents/[id]': (code) => [{ params: { id: `incident-${markOf(code)}` } }],
	'/warnings/[id]': (code) => [`warning-${markOf(code)}`, outsideWarnings.get(code)!].map((id) => ({ params: { id } }))
};

/** Answers that know nobody: nothing of the database but counts, the reader's own session, or what a screen's own token opens (tests/wall). */
const aboutNobody = ['/wall', '/wall/data', '/account/alive', '/login', '/style', '/healthz', '/readyz', '/metrics', '/logout', '/intake/upload/file', '/disposals/[id]/attachments', '/notices/seen', '/my-tasks/files/[ref]/[uscc]'];

/** What holds no rows of a place, but rules and states for all: an own look need not show a mark. */
const withoutPlaces = [
	'/', '/refused', '/admin/calendar', '/admin/jobs', '/admin/kinds', '/admin/kinds/new', '/admin/kinds/[name]', '/admin/outward', '/indicators', '/lead-checks/reports/new', '/map/classes', '/map/cohorts', '/notices/live', '/sampling/items', '/sampling/items/[id]', '/sampling/presets', '/sampling/presets/[id]', '/snapshot/[id]/xlsx',
	'/sampling/registers/[register]/import', '/sampling/registers/[register]/refused', '/sampling/registers/[register]/template'
];

const database = await testDatabase();
beforeAll(() => writeWorld(database.owner));
afterAll(() => database[Symbol.asyncDispose]());

type Answer = { readonly status: number; readonly text: string };

/** Asks the route's own code as SvelteKit would; who may open the route at all is the guard's and stands before it. */
async function ask(file: string, actor: Actor, look: Look): Promise<Answer> {
	const url = new URL(`http://qianshao.test${pathOf(file)}${look.search ?? ''}`);
	const event = {
		locals: { db: database.db, actor, scope: scopeOf(actor), now: new Date(`${today}T02:00:00Z`), requestId: 'r', address: '10.0.0.1' },
		params: look.params ?? {},
		url,
		request: new Request(url),
		depends: () => undefined,
		parent: async () => ({})
	};
	const route = (await import(join(folder, file))) as { readonly load?: (e: unknown) => unknown; readonly GET?: (e: unknown) => unknown };
	try {
		const answer = await (route.load ?? route.GET)!(event);
		if (!(answer instanceof Response)) return { status: 200, text: JSON.stringify(answer) };
		return { status: answer.status, text: await saidIn(answer) };
	} catch (thrown) {
		if (isHttpError(thrown)) return { status: thrown.status, text: JSON.stringify(thrown.body) };
		if (isRedirect(thrown)) return { status: thrown.status, text: thrown.location };
		throw thrown;
	}
}

async function saidIn(answer: Response): Promise<string> {
	const type = answer.headers.get('content-type') ?? '';
	if (type.includes('spreadsheet')) return JSON.stringify(await readSheet(Buffer.from(await answer.arrayBuffer())));
	if (type.includes('wordprocessing')) return [...(await zipTexts(new Uint8Array(await answer.arrayBuffer()))).values()].join('\n');
	return answer.text();
}

/** What a list is asked about all places; what is the same for several is asked once. */
const asked = (path: string): readonly Look[] => [
	...new Map(places.flatMap(({ code }) => lists[path]?.(code) ?? []).map((look) => [JSON.stringify(look), look])).values()
];

const isInside = (here: Place, there: Place) => there.code.startsWith(scopeOf(actorIn(here, 'leader')).regionPrefix);
/** Whose sources and departments are known below them: what they deliver and route concerns the places they hold. */
const holds = (there: Place, here: Place) => here.code.startsWith(scopeOf(actorIn(there, 'leader')).regionPrefix);

/** What must not be told: marks of everything outside, and of places beside one's own also code and name. */
function secretsOf(here: Place): readonly string[] {
	return places.filter((there) => !isInside(here, there)).flatMap((there) => (holds(there, here) ? [markOf(there.code)] : [there.code, there.name]));
}

/** Names of the desks and sources above one's own, which are known below them, are no rows. */
function withoutKnown(text: string, here: Place, echo: string | undefined): string {
	const above = places.filter((there) => there !== here && holds(there, here)).map((there) => markOf(there.code));
	const known = above.flatMap((mark) => [`department-${mark}`, `局${mark}`, `source-${mark}`, `源${mark}`]);
	return [...known, ...(echo === undefined ? [] : [echo])].reduce((rest, one) => rest.replaceAll(one, ''), text);
}

const answering = files.filter((file) => !aboutNobody.includes(pathOf(file)));

it('no route is forgotten here', () => {
	const known = new Set([...Object.keys(lists), ...Object.keys(things), ...aboutNobody]);
	expect([...new Set(files.map(pathOf))].sort()).toEqual([...known].sort());
	const takeOnly = ['/style', '/account/alive', '/intake/upload/file', '/notices/seen', '/disposals/[id]/attachments', '/my-tasks/files/[ref]/[uscc]'];
	for (const path of aboutNobody) expect(isPublicRoute(path) || takeOnly.includes(path)).toBe(true);
});

describe.each(places.filter(({ code }) => code === '320400' || code === '320412'))('from $name', (here) => {
	const opened = (file: string) => roles.filter((role) => mayOpen(actorIn(here, role), pathOf(file)));
	const secrets = secretsOf(here);

	function expectNothingOutside(file: string, role: Role, look: Look, { status, text }: Answer): void {
		const said = withoutKnown(text, here, look.echo);
		const told = secrets.filter((secret) => said.includes(secret));
		const around = told.map((secret) => said.slice(Math.max(0, said.indexOf(secret) - 150), said.indexOf(secret) + 50));
		expect({ file, role, look, told: around }).toEqual({ file, role, look, told: [] });
		expect(status).toBeLessThan(500);
	}

	it.each(answering)('%s tells nothing from outside', async (file) => {
		const path = pathOf(file);
		let shown = '';
		for (const role of opened(file)) {
			const actor = actorIn(here, role);
			for (const look of asked(path)) {
				const answer = await ask(file, actor, look);
				if (answer.status === 200) shown += answer.text;
				expectNothingOutside(file, role, look, answer);
			}
			for (const there of places) {
				for (const look of things[path]?.(there.code) ?? []) {
					const answer = await ask(file, actor, look);
					expectNothingOutside(file, role, look, answer);
					if (isInside(here, there)) shown += answer.status === 200 ? answer.text : '';
					else expect({ file, role, look, status: answer.status === 403 ? 404 : answer.status }).toEqual({ file, role, look, status: 404 });
				}
			}
		}
		// Else it would say nothing about anybody, and prove nothing.
		if (!withoutPlaces.includes(path)) expect(shown).toContain(markOf(here.code));
	});
});

describe('sources above one’s own region', () => {
	// Codes whose place ends in a zero: cutting zeros off made 扬州 a part of 镇江, and 重庆 of 四川.
	const codes = ['000000', '320000', '321000', '321100', '321112', '500000', '510000', '510100'] as const;

	it('are those of the regions that hold it, and no others', async () => {
		await using own = await testDatabase();
		const db = own.owner;
		await db.insertInto('region').values(codes.map((code) => ({ code, name: code, level: 'city', kind: 'division' }))).execute();
		await db.insertInto('department').values(codes.map((code) => ({ id: code, name: code, region_code: code }))).execute();
		await db.insertInto('source').values(codes.map((code) => ({ id: code, name: code, owner_department_id: code, kinds: ['complaint'], region_code: code }))).execute();
		const seen = async (regionCode: string, role: Role = 'monitor') => {
			const outcome = await listSources(db, { ...actorIn(places[1], role), regionCode });
			return outcome.ok ? outcome.sources.map(({ id }) => id) : [];
		};
		expect(await seen('321100')).toEqual(['000000', '320000', '321100', '321112']);
		expect(await seen('321112')).toEqual(['000000', '320000', '321100', '321112']);
		expect(await seen('510100')).toEqual(['000000', '510000', '510100']);
		expect(await seen('500000')).toEqual(['000000', '500000']);
		expect(await seen('500000', 'sysadmin')).toEqual(['000000', '500000']);
		expect(await seen('000000')).toEqual([...codes]);
		const catering = { ...actorIn(places[1], 'monitor'), regionCode: '321100', departmentId: '321100', industries: ['H62'] };
		expect(await listSources(db, catering)).toMatchObject({ sources: [{ id: '321100' }] });
	});
});
