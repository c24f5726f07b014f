/** Id of the form that holds a draft's fields and text: the step that submits it stands elsewhere on the page. */
export const draftForm = 'draft';
