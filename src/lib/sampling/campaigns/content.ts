import * as v from 'valibot';
import { daySchema, taskScopeSchema } from '../tasks/scope.ts';

const words = (least: number, most: number) => v.pipe(v.string(), v.trim(), v.minLength(least), v.maxLength(most));

/** What a campaign (专项检查) says of itself. Lengths are ours: enough for a page each. */
export const campaignSchema = v.object({
	name: words(4, 60),
	/** Why: what was found, what is to be settled. Internal. */
	reason: words(4, 1000),
	/** On what: the law or the superior's order. */
	basis: words(4, 500),
	/** How it is carried out. */
	plan: words(10, 4000),
	itemId: v.string(),
	scope: taskScopeSchema,
	fromOn: daySchema,
	untilOn: daySchema
});
export type CampaignContent = v.InferOutput<typeof campaignSchema>;

/** What is wrong with a campaign as far as it can be told without the database; null: nothing. @param today `YYYY-MM-DD` */
export function campaignFault(content: CampaignContent, today: string): 'scope-empty' | 'window-backwards' | 'window-over' | null {
	if (content.scope.cells.length + content.scope.memberWarnings.length === 0) return 'scope-empty';
	if (content.untilOn < content.fromOn) return 'window-backwards';
	return content.untilOn < today ? 'window-over' : null;
}
