import { m } from '#lib/messages/messages.js';
import type { ScreenFault, ScreenState } from './state.ts';
import type { WallView } from './views.ts';

const views: Readonly<Record<WallView, () => string>> = {
	warnings: m.wall_view_warnings,
	complaints: m.wall_view_complaints,
	matrix: m.wall_view_matrix,
	trend: m.wall_view_trend,
	work: m.wall_view_work,
	results: m.wall_view_results
};
export const viewLabel = (view: WallView): string => views[view]();

const faults: Readonly<Record<ScreenFault, { readonly title: () => string; readonly remedy: () => string }>> = {
	none: { title: m.wall_fault_none, remedy: m.wall_remedy_none },
	wrong: { title: m.wall_fault_wrong, remedy: m.wall_remedy_wrong },
	replaced: { title: m.wall_fault_replaced, remedy: m.wall_remedy_replaced },
	revoked: { title: m.wall_fault_revoked, remedy: m.wall_remedy_revoked },
	ended: { title: m.wall_fault_ended, remedy: m.wall_remedy_ended },
	locked: { title: m.wall_fault_locked, remedy: m.wall_remedy_locked }
};
/** Why a screen shows nothing, and what to do about it. */
export const faultWords = (fault: ScreenFault) => ({ title: faults[fault].title(), remedy: faults[fault].remedy() });

const states: Readonly<Record<ScreenState, { readonly mark: 'waiting' | 'running' | 'late' | 'failed' | 'off'; readonly label: () => string }>> = {
	unopened: { mark: 'waiting', label: m.wall_state_unopened },
	running: { mark: 'running', label: m.wall_state_running },
	silent: { mark: 'late', label: m.wall_state_silent },
	ended: { mark: 'off', label: m.wall_state_ended },
	key: { mark: 'failed', label: m.wall_state_key },
	revoked: { mark: 'off', label: m.wall_state_revoked }
};
export const stateMark = (state: ScreenState) => states[state].mark;
export const stateLabel = (state: ScreenState): string => states[state].label();
