import { reportScope, type TokenState } from '#lib/access/tokens.ts';
import { problems } from '#lib/api/problems.ts';
import { kindLabel } from '#lib/intake/labels.ts';
import { m } from '#lib/messages/messages.js';

const states: Readonly<Record<TokenState, { readonly mark: 'waiting' | 'done' | 'late' | 'off'; readonly label: () => string }>> = {
	new: { mark: 'waiting', label: m.api_token_state_new },
	active: { mark: 'done', label: m.api_token_state_active },
	expired: { mark: 'late', label: m.api_token_state_expired },
	revoked: { mark: 'off', label: m.api_token_state_revoked }
};

export const stateMark = (state: TokenState) => states[state].mark;
export const stateLabel = (state: TokenState) => states[state].label();

const outward: Readonly<Record<string, () => string>> = {
	'outward:classes': m.api_scope_outward_classes,
	'outward:grades': m.api_scope_outward_grades,
	'outward:warnings': m.api_scope_outward_warnings,
	'outward:results': m.api_scope_outward_results
};

export const outwardLabel = (scope: string): string => outward[scope]?.() ?? scope;

/** A scope in words: `推送：登记`, `取走：分类结果`. */
export function scopeLabel(scope: string): string {
	if (scope === reportScope) return m.api_scope_report();
	return scope.startsWith('intake:') ? m.api_scope_intake({ kind: kindLabel(scope.slice('intake:'.length)) }) : m.api_scope_outward({ what: outwardLabel(scope) });
}

/** Why a token was refused last, in the words its holder was told. */
export const refusalLabel = (code: string): string => (code in problems ? problems[code as keyof typeof problems].title() : code);
