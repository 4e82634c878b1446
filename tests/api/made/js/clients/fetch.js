// The types of openapi-typescript, with openapi-fetch over them: the inbox is listed and a lead accepted.
import createClient from 'openapi-fetch';
const { URL: baseUrl, TOKEN: token } = globalThis.process.env;
const client = createClient({ baseUrl, headers: { Authorization: `Bearer ${token}` } });
const inbox = await client.GET('/api/v1/provider/leads', { params: { query: { status: 'active', limit: 5 } } });
if (!inbox.data)
    throw new Error(`no inbox: ${JSON.stringify(inbox.error)}`);
const lead = inbox.data.items[0];
if (!lead)
    throw new Error('no active lead');
const price = lead.price_charged;
const viewed = lead.viewed_at;
if (typeof price !== 'number' || viewed === undefined)
    throw new Error('the types do not say what is sent');
const accepted = await client.POST('/api/v1/provider/leads/{lead_id}/accept', { params: { path: { lead_id: lead.lead_id } } });
if (!accepted.data?.ok)
    throw new Error(`not accepted: ${JSON.stringify(accepted.error)}`);
const again = await client.POST('/api/v1/provider/leads/{lead_id}/accept', { params: { path: { lead_id: lead.lead_id } } });
if (again.error?.code !== 'already_resolved')
    throw new Error(`accepted twice: ${JSON.stringify(again)}`);
console.log('openapi-typescript: listed and accepted');
