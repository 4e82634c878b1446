"""The client of openapi-python-client: the inbox is listed and a lead accepted."""

import os

from leadhouse_client import AuthenticatedClient
from leadhouse_client.api.provider import get_provider_leads, post_provider_leads_lead_id_accept
from leadhouse_client.models import AssignmentStatus, ProviderInbox

client = AuthenticatedClient(base_url=os.environ["URL"], token=os.environ["TOKEN"])
inbox = get_provider_leads.sync(client=client, status=AssignmentStatus.ACTIVE, limit=5)
assert isinstance(inbox, ProviderInbox), inbox
lead = inbox.items[0]
accepted = post_provider_leads_lead_id_accept.sync(lead_id=lead.lead_id, client=client)
assert accepted.ok, accepted
print("openapi-python-client: listed and accepted")
