import { inspectorStates, type InspectorState } from './inspectors.ts';

export const certificateFilters = ['soon', 'expired', 'valid'] as const;

export type InspectorFilter = {
	/** Part of the name, the staff number or the certificate number. */
	readonly q: string;
	readonly unit: string | null;
	readonly state: InspectorState | null;
	readonly certificate: (typeof certificateFilters)[number] | null;
	/** Those of the own department only. */
	readonly mine: boolean;
};

export const anyInspector: InspectorFilter = { q: '', unit: null, state: null, certificate: null, mine: false };

/** The filter an address asks for. */
export function parseInspectorFilter(params: URLSearchParams): InspectorFilter {
	return {
		q: (params.get('q') ?? '').trim().slice(0, 40),
		unit: (params.get('unit') ?? '').slice(0, 60) || null,
		state: inspectorStates.find((state) => state === params.get('state')) ?? null,
		certificate: certificateFilters.find((one) => one === params.get('certificate')) ?? null,
		mine: params.get('mine') === '1'
	};
}
