// The client of @hey-api/openapi-ts: the inbox is listed and a lead accepted.
import { client } from '../made/hey/client.gen.js';
import { getProviderLeads, postProviderLeadsLeadIdAccept } from '../made/hey/sdk.gen.js';
const { URL: baseUrl, TOKEN: token } = globalThis.process.env;
client.setConfig({ baseUrl, auth: () => token });
const inbox = await getProviderLeads({ query: { status: 'active', limit: 5 } });
const lead = inbox.data?.items[0];
if (!lead)
    throw new Error(`no active lead: ${JSON.stringify(inbox.error)}`);
const accepted = await postProviderLeadsLeadIdAccept({ path: { lead_id: lead.lead_id } });
if (!accepted.data?.ok)
    throw new Error(`not accepted: ${JSON.stringify(accepted.error)}`);
console.log('@hey-api/openapi-ts: listed and accepted');
