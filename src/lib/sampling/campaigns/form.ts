import { text } from '../forms.ts';
import { scopeOfForm } from '../plans/form.ts';

/** The fields of `CampaignForm` as `createCampaign` and `changeCampaign` judge them. */
export function campaignContentOf(form: FormData) {
	return {
		name: text(form, 'name'), reason: text(form, 'reason'), basis: text(form, 'basis'), plan: text(form, 'plan'), itemId: text(form, 'item'),
		scope: scopeOfForm(form), fromOn: text(form, 'from'), untilOn: text(form, 'until')
	};
}
