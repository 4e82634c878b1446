from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.assignment_status import AssignmentStatus
from ...models.problem import Problem
from ...models.provider_inbox import ProviderInbox
from ...types import UNSET, Unset
from typing import cast
from uuid import UUID
import datetime



def _get_kwargs(
    *,
    cursor: str | Unset = UNSET,
    date_from: datetime.date | datetime.datetime | Unset = UNSET,
    date_to: datetime.date | datetime.datetime | Unset = UNSET,
    limit: int | Unset = 25,
    niche_id: UUID | Unset = UNSET,
    page: int | Unset = 1,
    search: str | Unset = UNSET,
    status: AssignmentStatus | Unset = UNSET,
    viewed: bool | Unset = UNSET,

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

    params["page"] = page

    params["search"] = search

    json_status: str | Unset = UNSET
    if not isinstance(status, Unset):
        json_status = status.value

    params["status"] = json_status

    params["viewed"] = viewed


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/provider/leads",
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | ProviderInbox | None:
    if response.status_code == 200:
        response_200 = ProviderInbox.from_dict(response.json())



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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Problem | ProviderInbox]:
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
    limit: int | Unset = 25,
    niche_id: UUID | Unset = UNSET,
    page: int | Unset = 1,
    search: str | Unset = UNSET,
    status: AssignmentStatus | Unset = UNSET,
    viewed: bool | Unset = UNSET,

) -> Response[Problem | ProviderInbox]:
    """ The inbox, newest first

     The inbox, newest first

    Args:
        cursor (str | Unset):
        date_from (datetime.date | datetime.datetime | Unset):
        date_to (datetime.date | datetime.datetime | Unset):
        limit (int | Unset):  Default: 25.
        niche_id (UUID | Unset): UUIDv7, canonical lower case
        page (int | Unset):  Default: 1.
        search (str | Unset):
        status (AssignmentStatus | Unset): active → accepted, or active → rejected (→ refunded)
        viewed (bool | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ProviderInbox]
     """


    kwargs = _get_kwargs(
        cursor=cursor,
date_from=date_from,
date_to=date_to,
limit=limit,
niche_id=niche_id,
page=page,
search=search,
status=status,
viewed=viewed,

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
    limit: int | Unset = 25,
    niche_id: UUID | Unset = UNSET,
    page: int | Unset = 1,
    search: str | Unset = UNSET,
    status: AssignmentStatus | Unset = UNSET,
    viewed: bool | Unset = UNSET,

) -> Problem | ProviderInbox | None:
    """ The inbox, newest first

     The inbox, newest first

    Args:
        cursor (str | Unset):
        date_from (datetime.date | datetime.datetime | Unset):
        date_to (datetime.date | datetime.datetime | Unset):
        limit (int | Unset):  Default: 25.
        niche_id (UUID | Unset): UUIDv7, canonical lower case
        page (int | Unset):  Default: 1.
        search (str | Unset):
        status (AssignmentStatus | Unset): active → accepted, or active → rejected (→ refunded)
        viewed (bool | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ProviderInbox
     """


    return sync_detailed(
        client=client,
cursor=cursor,
date_from=date_from,
date_to=date_to,
limit=limit,
niche_id=niche_id,
page=page,
search=search,
status=status,
viewed=viewed,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    date_from: datetime.date | datetime.datetime | Unset = UNSET,
    date_to: datetime.date | datetime.datetime | Unset = UNSET,
    limit: int | Unset = 25,
    niche_id: UUID | Unset = UNSET,
    page: int | Unset = 1,
    search: str | Unset = UNSET,
    status: AssignmentStatus | Unset = UNSET,
    viewed: bool | Unset = UNSET,

) -> Response[Problem | ProviderInbox]:
    """ The inbox, newest first

     The inbox, newest first

    Args:
        cursor (str | Unset):
        date_from (datetime.date | datetime.datetime | Unset):
        date_to (datetime.date | datetime.datetime | Unset):
        limit (int | Unset):  Default: 25.
        niche_id (UUID | Unset): UUIDv7, canonical lower case
        page (int | Unset):  Default: 1.
        search (str | Unset):
        status (AssignmentStatus | Unset): active → accepted, or active → rejected (→ refunded)
        viewed (bool | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ProviderInbox]
     """


    kwargs = _get_kwargs(
        cursor=cursor,
date_from=date_from,
date_to=date_to,
limit=limit,
niche_id=niche_id,
page=page,
search=search,
status=status,
viewed=viewed,

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
    limit: int | Unset = 25,
    niche_id: UUID | Unset = UNSET,
    page: int | Unset = 1,
    search: str | Unset = UNSET,
    status: AssignmentStatus | Unset = UNSET,
    viewed: bool | Unset = UNSET,

) -> Problem | ProviderInbox | None:
    """ The inbox, newest first

     The inbox, newest first

    Args:
        cursor (str | Unset):
        date_from (datetime.date | datetime.datetime | Unset):
        date_to (datetime.date | datetime.datetime | Unset):
        limit (int | Unset):  Default: 25.
        niche_id (UUID | Unset): UUIDv7, canonical lower case
        page (int | Unset):  Default: 1.
        search (str | Unset):
        status (AssignmentStatus | Unset): active → accepted, or active → rejected (→ refunded)
        viewed (bool | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ProviderInbox
     """


    return (await asyncio_detailed(
        client=client,
cursor=cursor,
date_from=date_from,
date_to=date_to,
limit=limit,
niche_id=niche_id,
page=page,
search=search,
status=status,
viewed=viewed,

    )).parsed
