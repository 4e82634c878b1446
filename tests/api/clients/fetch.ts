// The types of openapi-typescript, with openapi-fetch over them: the inbox is listed and a lead accepted.
import createClient from 'openapi-fetch'
import type { components, paths } from '../made/schema.js'

const { URL: baseUrl, TOKEN: token } = (globalThis as unknown as { process: { env: Record<string, string> } }).process.env
const client = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${token}` } })

const inbox = await client.GET('/api/v1/provider/leads', { params: { query: { status: 'active', limit: 5 } } })
if (!inbox.data) throw new Error(`no inbox: ${JSON.stringify(inbox.error)}`)
const lead: components['schemas']['ProviderLeadAssignment'] | undefined = inbox.data.items[0]
if (!lead) throw new Error('no active lead')
const price: number = lead.price_charged
const viewed: string | null = lead.viewed_at
if (typeof price !== 'number' || viewed === undefined) throw new Error('the types do not say what is sent')

const accepted = await client.POST('/api/v1/provider/leads/{lead_id}/accept', { params: { path: { lead_id: lead.lead_id } } })
if (!accepted.data?.ok) throw new Error(`not accepted: ${JSON.stringify(accepted.error)}`)
const again = await client.POST('/api/v1/provider/leads/{lead_id}/accept', { params: { path: { lead_id: lead.lead_id } } })
if (again.error?.code !== 'already_resolved') throw new Error(`accepted twice: ${JSON.stringify(again)}`)
console.log('openapi-typescript: listed and accepted')
