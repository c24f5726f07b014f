import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { disposalActions } from '#lib/disposals/states.ts';
import { auditActionLabel, auditActions, auditObjectLabel } from '#lib/access/audit-labels.ts';
import { reportSteps } from '#lib/reports/states.ts';
import { visibilityActions, workActions } from '#lib/warnings/lifecycle.ts';

/** Files that write into the audit trail. */
const writers = ['src', 'jobs', 'db']
	.flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)))
	.filter((file) => file.endsWith('.ts') && !file.startsWith(join('src', 'lib', 'messages')))
	.map((file) => readFileSync(file, 'utf8'))
	.filter((text) => /\baudit\(|\baudited: \{/.test(text));
/** Where an action is named: `action: …` up to the next comma or line, and the actions passed on to `record`. */
const named = writers.flatMap((text) => [...text.matchAll(/\baction: ([^,\n]+)|\brecord\(([^;]+);/g)].map((match) => match[1] ?? match[2]!));
const codes = [...new Set(named.flatMap((text) => [...text.matchAll(/'([a-z-]+\.[a-z-]+)'/g)].map((match) => match[1]!)))];
const templates = [...new Set(named.flatMap((text) => [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1]!)))];
const kinds = [...new Set(writers.flatMap((text) => [...text.matchAll(/\bobjectKind: '([a-z_-]+)'/g)].map((match) => match[1]!)))];

describe('names of what the audit trail records', () => {
	it('has one for every action that is written anywhere', () => {
		expect(codes.length).toBeGreaterThan(40);
		// Actions that are put together must be listed here with all they can become.
		expect(templates.sort()).toEqual(['disposal.$' + '{step}', 'report.$' + '{step}', 'warning.$' + '{said.action}']);
		const disposals = ['begin', ...disposalActions].map((step) => `disposal.${step}`);
		const reports = reportSteps.map((step) => `report.${step}`);
		const written = [...codes, ...disposals, ...reports, ...['undo', ...workActions, ...visibilityActions].map((step) => `warning.${step}`)];
		expect(written.filter((code) => auditActionLabel(code) === code)).toEqual([]);
		expect(auditActions.filter((code) => !written.includes(code))).toEqual([]);
	});

	it('has one for every kind of object', () => {
		expect(kinds.length).toBeGreaterThan(10);
		// Notices are about several warnings at once as well; the trail never is.
		expect(kinds.filter((kind) => kind !== 'warnings' && auditObjectLabel(kind) === kind)).toEqual([]);
	});

	it('shows a code that it does not know', () => {
		expect(auditActionLabel('later.thing')).toBe('later.thing');
	});
});
