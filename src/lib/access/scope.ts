import { administratorRoles, type Actor, type Role, type Scope } from './actor.ts';

/**
 * The digits that a region's descendants share: `'000000'` → `''`, `'320000'` → `'32'`, `'320400'` → `'3204'`, `'320412'` → itself.
 *
 * @param code GB/T 2260 code, six digits.
 */
export function regionPrefix(code: string): string {
	if (!/^\d{6}$/.test(code)) throw new RangeError(`not a region code: ${code}`);
	if (code === '000000') return '';
	if (code.endsWith('0000')) return code.slice(0, 2);
	if (code.endsWith('00')) return code.slice(0, 4);
	return code;
}

/** A region's code and those of all that hold it, widest first: `'320412'` → 000000, 320000, 320400, 320412. */
export function regionsHolding(code: string): readonly string[] {
	return [...new Set(['000000', `${code.slice(0, 2)}0000`, `${code.slice(0, 4)}00`, code])];
}

function isAdministrator(role: Role): boolean {
	return (administratorRoles as readonly Role[]).includes(role);
}

/**
 * Which rows an actor may see. The three administrators see no business data: their scope holds no industry at all,
 * so that a query they should never reach answers nothing.
 */
export function scopeOf(actor: Pick<Actor, 'role' | 'regionCode' | 'industries'>): Scope {
	return {
		regionPrefix: regionPrefix(actor.regionCode),
		industries: isAdministrator(actor.role) ? [] : actor.industries
	};
}

/**
 * Does a row lie inside a scope? The rule of `withinJurisdiction` in `scope.server.ts`, without a database.
 *
 * Region: the row's code begins with the scope's prefix. A row of a parent region ('320400', '000000') is therefore seen only by
 * those whose jurisdiction contains all of that region, never by a county below it.
 *
 * Industry: with `industries: null` every row. Otherwise the row's key begins with one of the scope's keys: scope `C13` sees
 * `C13` and `C131`, not its parent `C`. `'*'` (all industries) is a parent of everything and `'-'` (unknown) may be anything, so
 * both are seen only without a restriction; the same holds for `null`. Leave the argument out where rows have no industry.
 */
export function inScope(scope: Scope, regionCode: string, industryKey?: string | null): boolean {
	if (scope.industries?.length === 0) return false;
	if (!regionCode.startsWith(scope.regionPrefix)) return false;
	if (scope.industries === null || industryKey === undefined) return true;
	return industryKey !== null && scope.industries.some((key) => industryKey.startsWith(key));
}

/** Does the whole of one scope lie inside another? A person can only hand on what they hold. */
export function contains(outer: Scope, inner: Scope): boolean {
	if (!inner.regionPrefix.startsWith(outer.regionPrefix)) return false;
	if (outer.industries === null) return true;
	const { industries } = outer;
	return inner.industries !== null && inner.industries.every((key) => industries.some((own) => key.startsWith(own)));
}
