import { expect, it } from 'vitest';
import { countLabel, hasJobLabel, jobLabel } from '../../src/routes/(app)/admin/jobs/labels.ts';
import { jobs } from '../../jobs/schedule.ts';

it('names every job, and shows what it does not know by its code', () => {
	expect(jobs.map(({ name }) => name).filter((name) => !hasJobLabel(name))).toEqual([]);
	expect(jobLabel('roll-up-counts')).not.toBe('roll-up-counts');
	expect([jobLabel('later'), countLabel('later')]).toEqual(['later', 'later']);
});
