import { m } from '#lib/messages/messages.js';

/** The places of sampling, in the order of the work: what is planned, what is under way, what came of it, what binds. */
export const samplingPlaces = [
	{ href: '/tasks', label: m.sampling_tasks_title },
	{ href: '/sampling/plans', label: m.plans_title },
	{ href: '/sampling/campaigns', label: m.plans_campaigns_title },
	{ href: '/lead-checks', label: m.sampling_lead_checks_title },
	{ href: '/sampling/joint', label: m.joint_title },
	{ href: '/sampling/follow-up', label: m.fieldwork_title },
	{ href: '/sampling/effect', label: m.effect_title },
	{ href: '/sampling/presets', label: m.sampling_presets_title },
	{ href: '/sampling/items', label: m.sampling_items_title },
	{ href: '/sampling/objects', label: m.registers_objects_title },
	{ href: '/sampling/inspectors', label: m.sampling_inspectors_title }
] as const;
export type SamplingPlace = (typeof samplingPlaces)[number]['href'];
