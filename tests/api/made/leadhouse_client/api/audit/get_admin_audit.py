from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.audit_entity import AuditEntity
from ...models.get_admin_audit_action import GetAdminAuditAction
from ...models.list_audit_entry import ListAuditEntry
from ...models.problem import Problem
from ...types import UNSET, Unset
from typing import cast
from uuid import UUID
import datetime



def _get_kwargs(
    *,
    action: GetAdminAuditAction | Unset = UNSET,
    actor_id: UUID | Unset = UNSET,
    cursor: str | Unset = UNSET,
    date_from: datetime.date | datetime.datetime | Unset = UNSET,
    date_to: datetime.date | datetime.datetime | Unset = UNSET,
    entity: AuditEntity | Unset = UNSET,
    entity_id: UUID | Unset = UNSET,
    limit: int | Unset = 50,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    json_action: str | Unset = UNSET
    if not isinstance(action, Unset):
        json_action = action.value

    params["action"] = json_action

    json_actor_id: str | Unset = UNSET
    if not isinstance(actor_id, Unset):
        json_actor_id = str(actor_id)
    params["actor_id"] = json_actor_id

    params["cursor"] = cursor

    json_date_from: str | Unset
    if isinstance(date_from, Unset):
        json_date_from = UNSET
    elif isinstance(date_from, datetime.date):
        json_date_from = date_from.isoformat()
    else:
        json_date_from = date_from.isoformat()

    params["date_from"] = json_date_from

    json_date_to: str | Unset
    if isinstance(date_to, Unset):
        json_date_to = UNSET
    elif isinstance(date_to, datetime.date):
        json_date_to = date_to.isoformat()
    else:
        json_date_to = date_to.isoformat()

    params["date_to"] = json_date_to

    json_entity: str | Unset = UNSET
    if not isinstance(entity, Unset):
        json_entity = entity.value

    params["entity"] = json_entity

    json_entity_id: str | Unset = UNSET
    if not isinstance(entity_id, Unset):
        json_entity_id = str(entity_id)
    params["entity_id"] = json_entity_id

    params["limit"] = limit


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/admin/audit",
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ListAuditEntry | Problem | None:
    if response.status_code == 200:
        response_200 = ListAuditEntry.from_dict(response.json())



        return response_200

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())



        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())



        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())



        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())



        return response_404

    if response.status_code == 409:
        response_409 = Problem.from_dict(response.json())



        return response_409

    if response.status_code == 410:
        response_410 = Problem.from_dict(response.json())



        return response_410

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())



        return response_413

    if response.status_code == 415:
        response_415 = Problem.from_dict(response.json())



        return response_415

    if response.status_code == 421:
        response_421 = Problem.from_dict(response.json())



        return response_421

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())



        return response_422

    if response.status_code == 429:
        response_429 = Problem.from_dict(response.json())



        return response_429

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())



        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ListAuditEntry | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    action: GetAdminAuditAction | Unset = UNSET,
    actor_id: UUID | Unset = UNSET,
    cursor: str | Unset = UNSET,
    date_from: datetime.date | datetime.datetime | Unset = UNSET,
    date_to: datetime.date | datetime.datetime | Unset = UNSET,
    entity: AuditEntity | Unset = UNSET,
    entity_id: UUID | Unset = UNSET,
    limit: int | Unset = 50,

) -> Response[ListAuditEntry | Problem]:
    """ What was done, newest first

     What was done, newest first

    Args:
        action (GetAdminAuditAction | Unset):
        actor_id (UUID | Unset): UUIDv7, canonical lower case
        cursor (str | Unset):
        date_from (datetime.date | datetime.datetime | Unset):
        date_to (datetime.date | datetime.datetime | Unset):
        entity (AuditEntity | Unset): The kind of thing it was done to
        entity_id (UUID | Unset): UUIDv7, canonical lower case
        limit (int | Unset):  Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ListAuditEntry | Problem]
     """


    kwargs = _get_kwargs(
        action=action,
actor_id=actor_id,
cursor=cursor,
date_from=date_from,
date_to=date_to,
entity=entity,
entity_id=entity_id,
limit=limit,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    *,
    client: AuthenticatedClient,
    action: GetAdminAuditAction | Unset = UNSET,
    actor_id: UUID | Unset = UNSET,
    cursor: str | Unset = UNSET,
    date_from: datetime.date | datetime.datetime | Unset = UNSET,
    date_to: datetime.date | datetime.datetime | Unset = UNSET,
    entity: AuditEntity | Unset = UNSET,
    entity_id: UUID | Unset = UNSET,
    limit: int | Unset = 50,

) -> ListAuditEntry | Problem | None:
    """ What was done, newest first

     What was done, newest first

    Args:
        action (GetAdminAuditAction | Unset):
        actor_id (UUID | Unset): UUIDv7, canonical lower case
        cursor (str | Unset):
        date_from (datetime.date | datetime.datetime | Unset):
        date_to (datetime.date | datetime.datetime | Unset):
        entity (AuditEntity | Unset): The kind of thing it was done to
        entity_id (UUID | Unset): UUIDv7, canonical lower case
        limit (int | Unset):  Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ListAuditEntry | Problem
     """


    return sync_detailed(
        client=client,
action=action,
actor_id=actor_id,
cursor=cursor,
date_from=date_from,
date_to=date_to,
entity=entity,
entity_id=entity_id,
limit=limit,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    action: GetAdminAuditAction | Unset = UNSET,
    actor_id: UUID | Unset = UNSET,
    cursor: str | Unset = UNSET,
    date_from: datetime.date | datetime.datetime | Unset = UNSET,
    date_to: datetime.date | datetime.datetime | Unset = UNSET,
    entity: AuditEntity | Unset = UNSET,
    entity_id: UUID | Unset = UNSET,
    limit: int | Unset = 50,

) -> Response[ListAuditEntry | Problem]:
    """ What was done, newest first

     What was done, newest first

    Args:
        action (GetAdminAuditAction | Unset):
        actor_id (UUID | Unset): UUIDv7, canonical lower case
        cursor (str | Unset):
        date_from (datetime.date | datetime.datetime | Unset):
        date_to (datetime.date | datetime.datetime | Unset):
        entity (AuditEntity | Unset): The kind of thing it was done to
        entity_id (UUID | Unset): UUIDv7, canonical lower case
        limit (int | Unset):  Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ListAuditEntry | Problem]
     """


    kwargs = _get_kwargs(
        action=action,
actor_id=actor_id,
cursor=cursor,
date_from=date_from,
date_to=date_to,
entity=entity,
entity_id=entity_id,
limit=limit,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    *,
    client: AuthenticatedClient,
    action: GetAdminAuditAction | Unset = UNSET,
    actor_id: UUID | Unset = UNSET,
    cursor: str | Unset = UNSET,
    date_from: datetime.date | datetime.datetime | Unset = UNSET,
    date_to: datetime.date | datetime.datetime | Unset = UNSET,
    entity: AuditEntity | Unset = UNSET,
    entity_id: UUID | Unset = UNSET,
    limit: int | Unset = 50,

) -> ListAuditEntry | Problem | None:
    """ What was done, newest first

     What was done, newest first

    Args:
        action (GetAdminAuditAction | Unset):
        actor_id (UUID | Unset): UUIDv7, canonical lower case
        cursor (str | Unset):
        date_from (datetime.date | datetime.datetime | Unset):
        date_to (datetime.date | datetime.datetime | Unset):
        entity (AuditEntity | Unset): The kind of thing it was done to
        entity_id (UUID | Unset): UUIDv7, canonical lower case
        limit (int | Unset):  Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ListAuditEntry | Problem
     """


    return (await asyncio_detailed(
        client=client,
action=action,
actor_id=actor_id,
cursor=cursor,
date_from=date_from,
date_to=date_to,
entity=entity,
entity_id=entity_id,
limit=limit,

    )).parsed
