from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.lead_status import LeadStatus
from ...models.list_lead_item import ListLeadItem
from ...models.problem import Problem
from ...types import UNSET, Unset
from typing import cast
from uuid import UUID
import datetime



def _get_kwargs(
    *,
    cursor: str | Unset = UNSET,
    date_from: datetime.date | datetime.datetime | Unset = UNSET,
    date_to: datetime.date | datetime.datetime | Unset = UNSET,
    limit: int | Unset = 50,
    niche_id: UUID | Unset = UNSET,
    source_id: UUID | Unset = UNSET,
    status: LeadStatus | Unset = UNSET,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

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

    params["limit"] = limit

    json_niche_id: str | Unset = UNSET
    if not isinstance(niche_id, Unset):
        json_niche_id = str(niche_id)
    params["niche_id"] = json_niche_id

    json_source_id: str | Unset = UNSET
    if not isinstance(source_id, Unset):
        json_source_id = str(source_id)
    params["source_id"] = json_source_id

    json_status: str | Unset = UNSET
    if not isinstance(status, Unset):
        json_status = status.value

    params["status"] = json_status


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/admin/leads",
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ListLeadItem | Problem | None:
    if response.status_code == 200:
        response_200 = ListLeadItem.from_dict(response.json())



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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ListLeadItem | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    date_from: datetime.date | datetime.datetime | Unset = UNSET,
    date_to: datetime.date | datetime.datetime | Unset = UNSET,
    limit: int | Unset = 50,
    niche_id: UUID | Unset = UNSET,
    source_id: UUID | Unset = UNSET,
    status: LeadStatus | Unset = UNSET,

) -> Response[ListLeadItem | Problem]:
    """ Leads, newest first

     Leads, newest first

    Args:
        cursor (str | Unset):
        date_from (datetime.date | datetime.datetime | Unset):
        date_to (datetime.date | datetime.datetime | Unset):
        limit (int | Unset):  Default: 50.
        niche_id (UUID | Unset): UUIDv7, canonical lower case
        source_id (UUID | Unset): UUIDv7, canonical lower case
        status (LeadStatus | Unset): What became of the lead

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ListLeadItem | Problem]
     """


    kwargs = _get_kwargs(
        cursor=cursor,
date_from=date_from,
date_to=date_to,
limit=limit,
niche_id=niche_id,
source_id=source_id,
status=status,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    date_from: datetime.date | datetime.datetime | Unset = UNSET,
    date_to: datetime.date | datetime.datetime | Unset = UNSET,
    limit: int | Unset = 50,
    niche_id: UUID | Unset = UNSET,
    source_id: UUID | Unset = UNSET,
    status: LeadStatus | Unset = UNSET,

) -> ListLeadItem | Problem | None:
    """ Leads, newest first

     Leads, newest first

    Args:
        cursor (str | Unset):
        date_from (datetime.date | datetime.datetime | Unset):
        date_to (datetime.date | datetime.datetime | Unset):
        limit (int | Unset):  Default: 50.
        niche_id (UUID | Unset): UUIDv7, canonical lower case
        source_id (UUID | Unset): UUIDv7, canonical lower case
        status (LeadStatus | Unset): What became of the lead

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ListLeadItem | Problem
     """


    return sync_detailed(
        client=client,
cursor=cursor,
date_from=date_from,
date_to=date_to,
limit=limit,
niche_id=niche_id,
source_id=source_id,
status=status,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    date_from: datetime.date | datetime.datetime | Unset = UNSET,
    date_to: datetime.date | datetime.datetime | Unset = UNSET,
    limit: int | Unset = 50,
    niche_id: UUID | Unset = UNSET,
    source_id: UUID | Unset = UNSET,
    status: LeadStatus | Unset = UNSET,

) -> Response[ListLeadItem | Problem]:
    """ Leads, newest first

     Leads, newest first

    Args:
        cursor (str | Unset):
        date_from (datetime.date | datetime.datetime | Unset):
        date_to (datetime.date | datetime.datetime | Unset):
        limit (int | Unset):  Default: 50.
        niche_id (UUID | Unset): UUIDv7, canonical lower case
        source_id (UUID | Unset): UUIDv7, canonical lower case
        status (LeadStatus | Unset): What became of the lead

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ListLeadItem | Problem]
     """


    kwargs = _get_kwargs(
        cursor=cursor,
date_from=date_from,
date_to=date_to,
limit=limit,
niche_id=niche_id,
source_id=source_id,
status=status,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    date_from: datetime.date | datetime.datetime | Unset = UNSET,
    date_to: datetime.date | datetime.datetime | Unset = UNSET,
    limit: int | Unset = 50,
    niche_id: UUID | Unset = UNSET,
    source_id: UUID | Unset = UNSET,
    status: LeadStatus | Unset = UNSET,

) -> ListLeadItem | Problem | None:
    """ Leads, newest first

     Leads, newest first

    Args:
        cursor (str | Unset):
        date_from (datetime.date | datetime.datetime | Unset):
        date_to (datetime.date | datetime.datetime | Unset):
        limit (int | Unset):  Default: 50.
        niche_id (UUID | Unset): UUIDv7, canonical lower case
        source_id (UUID | Unset): UUIDv7, canonical lower case
        status (LeadStatus | Unset): What became of the lead

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ListLeadItem | Problem
     """


    return (await asyncio_detailed(
        client=client,
cursor=cursor,
date_from=date_from,
date_to=date_to,
limit=limit,
niche_id=niche_id,
source_id=source_id,
status=status,

    )).parsed
