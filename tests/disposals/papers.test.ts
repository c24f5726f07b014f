import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAgency } from '#lib/disposals/agency.ts';
import { attachmentBytes, typeOf } from '#lib/attachments/types.ts';
import { defaultCauses, parseCause } from '#lib/disposals/causes.ts';
import { defaultMeasures } from '#lib/disposals/default-measures.ts';
import { asDownload } from '#lib/disposals/download.ts';
import { paperSpan, type PaperFacts } from '#lib/disposals/facts.ts';
import { forbiddenIn, type ForbiddenContext } from '#lib/disposals/forbidden.ts';
import { bannedWords, parseMeasure } from '#lib/disposals/measure.ts';
import { paperNumber, paperOf } from '#lib/disposals/paper.ts';
import { paperHash } from '#lib/disposals/paper-hash.ts';
import { afterStep, disposalActions, disposalStates, type DisposalState } from '#lib/disposals/states.ts';
import { suggestedOutcome } from '#lib/disposals/suggested-outcome.ts';
import { fillGaps, fillTemplate, gapOf, missingFields, recipientOf } from '#lib/disposals/template.ts';
import { wordFile } from '#lib/disposals/word.ts';
import { shippedIndicators } from '#lib/indicators/defaults.ts';
import { scopeKinds } from '#lib/warnings/evaluation.ts';
import { zipTexts } from '../support/zip.ts';

const nobody: ForbiddenContext = {
	indicators: shippedIndicators.flatMap(({ name, nameEn }) => [name, nameEn]), banned: ['警告', '通报批评'], own: [], complainants: ['钱多多'],
	isComplainants: (number) => number.replaceAll('-', '') === '13912345678'
};

describe('what a paper must not say', () => {
	test.each([
		['你单位为D类企业', 'class', 'D类'], ['分类结果为 Ｃ 级', 'class', 'Ｃ 级'], ['企业信用风险分类较高', 'class', '风险分类'], ['属于较高风险企业', 'class', '较高风险'],
		['信用评价结果', 'class', '信用评价'], ['触发红色预警', 'level', '红色预警'], ['橙色等级', 'level', '橙色等级'], ['监测预警发现', 'level', '预警'],
		['风险得分为 87', 'score', '风险得分'], ['评分偏低', 'score', '评分'], ['投诉举报异常增长', 'indicator', '投诉举报异常增长'], ['a SURGE of complaints', 'indicator', 'Surge of complaints'],
		['给予警告', 'penalty', '警告'], ['予以通报批评', 'penalty', '通报批评'], ['消费者钱多多反映', 'complainant', '钱多多'], ['电话139-1234-5678', 'complainant', '139-1234-5678'],
		['证件号320412199001011234', 'identity', '320412199001011234'], ['请于【回复期限】前', 'gap', '【回复期限】'], ['依据{basis}', 'gap', '{basis}']
	] as const)('%s: %s', (text, kind, found) => {
		expect(forbiddenIn(text, nobody)).toContainEqual({ kind, found });
	});

	test.each(['在日常监管工作中了解到有关情况', '2026年6月1日至6月7日，本机关收到涉及你单位的投诉举报5件。', '统一社会信用代码：91320412MA1ABCDE1X', '类似问题', '电话0519-81234567', '请勿发生类似事项'])(
		'may say: %s', (text) => expect(forbiddenIn(text, nobody)).toEqual([])
	);

	test('is not looked for in the addressee’s own name and address, but beside them', () => {
		const context = { ...nobody, own: ['常州A类食品有限公司', '高风险路1号'] };
		expect(forbiddenIn('常州A类食品有限公司（高风险路1号）：', context)).toEqual([]);
		expect(forbiddenIn('常州A类食品有限公司属于A类', context)).toEqual([{ kind: 'class', found: 'A类' }]);
	});

	test('an office cannot take the penalties’ names out of a caution’s list', () => {
		expect(bannedWords({ id: 'caution', banned: [] })).toEqual(['警告', '通报批评']);
	});
});

const day = fc.integer({ min: 0, max: 2000 }).map((n) => new Date(Date.UTC(2023, 0, 1) + n * 86_400_000).toISOString().slice(0, 10));
const factsOf: fc.Arbitrary<PaperFacts> = fc.record({
	item: fc.constantFrom('complaint', 'registration', 'change', 'cancellation', 'penalty'), scopeKind: fc.constantFrom(...scopeKinds),
	window: fc.tuple(day, day).map(([a, b]) => (a < b ? { from: a, to: b } : { from: b, to: a })), count: fc.nat(9999), sharing: fc.nat(200),
	enterprise: fc.option(fc.record({ uscc: fc.constant('91320412MA1ABCDE1X'), address: fc.option(fc.constant('武进区延政路1号')), establishedOn: fc.option(day) })),
	place: fc.constantFrom('武进区餐饮业', '常州市')
});

describe('templates', () => {
	test('of every measure × warning say nothing forbidden once their fields are filled in, and no gap is left', () => {
		fc.assert(
			fc.property(fc.constantFrom(...defaultMeasures), factsOf, day, fc.boolean(), (measure, facts, on, optional) => {
				const values = Object.fromEntries(measure.fields.filter(({ required }) => required || optional).map(({ key, type }) => [key, type === 'date' ? on : '落实主体责任']));
				expect(missingFields(measure, values)).toEqual([]);
				const early = fillTemplate({ measure, facts, addressee: '某某有限公司', values: {}, agency: '常州市市场监督管理局' });
				const late = fillTemplate({ measure, facts, addressee: '某某有限公司', values, agency: '常州市市场监督管理局' });
				expect(forbiddenIn(`${late.title}\n${late.body}`, { ...nobody, banned: bannedWords(measure) })).toEqual([]);
				// What was filled in later stands where its gap stood.
				if (!optional) expect(fillGaps(early.body, measure, values)).toBe(late.body);
				if (measure.sendTo !== null) expect(late.body.replaceAll('移送你单位', '').replaceAll('移交你单位', '')).not.toContain('涉及你单位');
			}),
			{ numRuns: 500 }
		);
	});

	test('that ship are complete, and say each of their fields', () => {
		for (const { id, version: _, ...measure } of defaultMeasures) {
			expect([id, parseMeasure(measure)]).toEqual([id, measure]);
			for (const { key } of measure.mark === null ? [] : measure.fields) expect([key, key === measure.sendTo || measure.body.includes(`{field:${key}}`)]).toEqual([key, true]);
		}
		for (const { id: _id, version: _version, ...cause } of defaultCauses) expect(parseCause(cause)).toEqual(cause);
	});

	test.each([
		['a placeholder nobody fills in', { body: '根据{law}' }], ['a choice without choices', { fields: [{ key: 'a', label: 'a', labelEn: 'a', type: 'choice', required: true, choices: [] }] }],
		['a number’s sign that is no Chinese', { mark: 'X' }], ['two fields of one key', { fields: [...defaultMeasures[0]!.fields, ...defaultMeasures[0]!.fields] }],
		['a recipient that is no field', { sendTo: 'nobody' }], ['no text', { body: ' ' }], ['no legal basis', { basis: { complaint: '', registration: 'x', general: 'x' } }]
	])('are refused with %s', (_, change) => {
		expect(parseMeasure({ ...defaultMeasures[0], ...change })).toBeNull();
	});

	test('say spans as papers do', () => {
		expect(paperSpan({ from: '2026-06-01', to: '2026-06-07' })).toBe('2026年6月1日至6月7日');
		expect(paperSpan({ from: '2025-12-30', to: '2026-01-02' })).toBe('2025年12月30日至2026年1月2日');
		expect(paperSpan({ from: '2026-06-01', to: '2026-06-01' })).toBe('2026年6月1日');
	});

	test('send a transfer to the authority, everything else to the addressee', () => {
		const transfer = defaultMeasures.find(({ id }) => id === 'transfer')!;
		expect(recipientOf(transfer, '某某有限公司', { authority: '苏州市市场监督管理局' })).toBe('苏州市市场监督管理局');
		expect(recipientOf(defaultMeasures[0]!, '某某有限公司', {})).toBe('某某有限公司');
		expect(gapOf({ label: '约谈地点' })).toBe('【约谈地点】');
	});
});

describe('states', () => {
	test('nothing is issued that was not approved, and what is issued never comes back', () => {
		fc.assert(
			fc.property(fc.array(fc.constantFrom(...disposalActions), { maxLength: 20 }), fc.boolean(), (actions, paper) => {
				let state: DisposalState = 'draft';
				let lastApproval = false;
				for (const action of actions) {
					const next = afterStep(state, action, paper);
					if (next === null) continue;
					if (action === 'issue') expect(lastApproval).toBe(true);
					if (['issued', 'served', 'concluded'].includes(state)) expect(['served', 'concluded']).toContain(next);
					if (action === 'approve') lastApproval = true;
					if (next === 'draft') lastApproval = false;
					state = next;
				}
			})
		);
		for (const state of disposalStates) expect(afterStep(state, 'serve', false)).toBeNull();
		expect(afterStep('issued', 'conclude', true)).toBeNull();
	});
});

const paper = paperOf({
	agency: { code: '武市监', name: '常州市武进区市场监督管理局', contact: '联系人：李四' }, number: paperNumber('武市监', '警', '2026', 12), title: '关于消费投诉举报有关问题的警示函',
	recipient: '某某有限公司', body: '本机关了解到有关情况。\n\n一、整改要求\n请于七日内整改。 ', date: '2026-06-10'
});

describe('the Word file', () => {
	test('holds number, text and signature in the styles of GB/T 9704', async () => {
		const parts = await zipTexts(await wordFile(paper));
		const document = parts.get('word/document.xml')!;
		const styles = parts.get('word/styles.xml')!;
		const text = [...document.matchAll(/<w:p>.*?<\/w:p>/gs)].map(([p]) => [/w:pStyle w:val="(\w+)"/.exec(p)?.[1], [...p.matchAll(/<w:t[^>]*>([^<]*)/g)].map(([, t]) => t).join('')]);
		expect(text.filter(([, t]) => t !== '')).toEqual([
			['Agency', '常州市武进区市场监督管理局'], ['Number', '武市监警〔2026〕12号'], ['PaperTitle', '关于消费投诉举报有关问题的警示函'], ['Recipient', '某某有限公司：'],
			['Body', '本机关了解到有关情况。'], ['First', '一、整改要求'], ['Body', '请于七日内整改。'], ['Signed', '常州市武进区市场监督管理局'], ['Signed', '2026年6月10日'], ['Contact', '（联系人：李四）']
		]);
		// The signature takes the last words along to another page.
		const kept = [...document.matchAll(/<w:p>.*?<\/w:p>/gs)].map(([p]) => p).filter((p) => p.includes('<w:keepNext/>'));
		expect(kept).toHaveLength(1);
		expect(kept[0]).toContain('请于七日内整改。');
		// A4; 37 mm above, 28 mm left; a text area of 156 mm by 225 mm, within half a millimetre.
		const size = (name: string, attribute: string) => Number(new RegExp(`<w:${name}[^>]*w:${attribute}="(\\d+)"`).exec(document)![1]) / 56.6929;
		expect([size('pgSz', 'w'), size('pgSz', 'h'), size('pgMar', 'top'), size('pgMar', 'left')].map((mm) => Math.round(mm))).toEqual([210, 297, 37, 28]);
		expect(Math.abs(size('pgSz', 'w') - size('pgMar', 'left') - size('pgMar', 'right') - 156)).toBeLessThan(0.5);
		expect(Math.abs(size('pgSz', 'h') - size('pgMar', 'top') - size('pgMar', 'bottom') - 225)).toBeLessThan(0.5);
		const style = (id: string) => new RegExp(`<w:style [^>]*w:styleId="${id}".*?</w:style>`, 's').exec(styles)![0];
		expect(style('Body')).toMatch(/w:eastAsia="仿宋_GB2312".*w:sz w:val="32"/s);
		expect(style('Body')).toMatch(/w:line="560" w:lineRule="exact"|w:lineRule="exact"[^>]*w:line="560"/);
		expect(style('PaperTitle')).toMatch(/w:eastAsia="方正小标宋简体".*w:sz w:val="44"/s);
		expect(style('First')).toContain('黑体');
		expect([...parts].filter(([name, xml]) => name.startsWith('word/footer') && xml.includes('PAGE') && xml.includes('— '))).toHaveLength(2);
		expect(parts.get('word/settings.xml')).toContain('evenAndOddHeaders');
	});

	test('names the authority as its author, nobody else', async () => {
		const core = (await zipTexts(await wordFile(paper))).get('docProps/core.xml')!;
		for (const name of ['dc:creator', 'cp:lastModifiedBy']) expect(core).toContain(`<${name}>常州市武进区市场监督管理局</${name}>`);
	});

	test('of a draft has neither number nor date', async () => {
		const document = (await zipTexts(await wordFile({ ...paper, number: null, date: null }))).get('word/document.xml')!;
		expect(document).not.toContain('〔');
		expect(document).not.toContain('2026年');
	});

	test('is downloaded, never shown, under its Chinese name', () => {
		const headers = asDownload(new Uint8Array(3), 'application/pdf', '（未发出）"a"\r\n回证.pdf').headers;
		expect(headers.get('x-content-type-options')).toBe('nosniff');
		expect(headers.get('content-disposition')).toMatch(/^attachment; filename="[\x20-\x7e]*"; filename\*=UTF-8''[\w.%!~-]*$/);
	});

	test('and its hash change with any word', () => {
		expect(paperHash({ ...paper, title: `${paper.title} ` })).not.toBe(paperHash(paper));
		expect(paperHash({ ...paper })).toBe(paperHash(paper));
	});
});

describe('attachments', () => {
	const bytes = (...head: number[]) => new Uint8Array([...head, 1, 2, 3]);
	test.each([
		['回证.pdf', bytes(0x25, 0x50, 0x44, 0x46, 0x2d), 'application/pdf'], ['现场.JPEG', bytes(0xff, 0xd8, 0xff), 'image/jpeg'],
		['..\\..\\etc/笔录.docx', bytes(0x50, 0x4b, 3, 4), 'application/vnd.openxmlformats-officedocument.wordprocessingml.document']
	])('%s is taken', (name, content, type) => {
		expect(typeOf(name, content)).toMatchObject({ ok: true, type, name: expect.not.stringMatching(/[\\/]/) });
	});
	test.each([
		['a page that calls itself a PDF', 'a.pdf', new TextEncoder().encode('<html><script>'), 'bad-type'], ['a program', 'a.exe', bytes(0x4d, 0x5a), 'bad-type'],
		['an image that calls itself a PDF', 'a.pdf', bytes(0x89, 0x50), 'bad-type'], ['nothing', 'a.pdf', new Uint8Array(0), 'empty'], ['no name', '/', bytes(1), 'bad-name'],
		['too much', 'a.pdf', new Uint8Array(attachmentBytes + 1), 'too-large'], ['an ending of objects', 'a.constructor', bytes(1), 'bad-type']
	])('%s is refused', (_, name, content, fault) => {
		expect(typeOf(name, content)).toEqual({ ok: false, fault });
	});
});

test('what a department signs with is a sign of Chinese characters and a name', () => {
	expect(parseAgency({ code: '武市监', name: '常州市武进区市场监督管理局', contact: '' })).not.toBeNull();
	for (const wrong of [{ code: 'WSJ' }, { code: '武' }, { name: '局' }]) expect(parseAgency({ code: '武市监', name: '常州市武进区市场监督管理局', contact: '', ...wrong })).toBeNull();
});

test.each([
	[[], null], [['no-problem'], 'no-problem'], [['no-problem', 'ordered-to-correct'], 'corrected'], [['follow-up', 'no-problem'], 'problem-found'], [['unreachable'], 'problem-found']
])('results %j suggest the outcome %s', (results, outcome) => {
	expect(suggestedOutcome(results.map((result) => ({ result })))).toBe(outcome);
});
