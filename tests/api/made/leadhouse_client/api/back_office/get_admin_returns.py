from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.list_return import ListReturn
from ...models.problem import Problem
from ...models.return_state import ReturnState
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    *,
    cursor: str | Unset = UNSET,
    limit: int | Unset = 50,
    state: ReturnState | Unset = UNSET,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    params["cursor"] = cursor

    params["limit"] = limit

    json_state: str | Unset = UNSET
    if not isinstance(state, Unset):
        json_state = state.value

    params["state"] = json_state


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/admin/returns",
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ListReturn | Problem | None:
    if response.status_code == 200:
        response_200 = ListReturn.from_dict(response.json())



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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ListReturn | Problem]:
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
    limit: int | Unset = 50,
    state: ReturnState | Unset = UNSET,

) -> Response[ListReturn | Problem]:
    """ Returns, newest first

     Returns, newest first

    Args:
        cursor (str | Unset):
        limit (int | Unset):  Default: 50.
        state (ReturnState | Unset): pending → approved or denied; a denial may be appealed once,
            and is pending again

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ListReturn | Problem]
     """


    kwargs = _get_kwargs(
        cursor=cursor,
limit=limit,
state=state,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    limit: int | Unset = 50,
    state: ReturnState | Unset = UNSET,

) -> ListReturn | Problem | None:
    """ Returns, newest first

     Returns, newest first

    Args:
        cursor (str | Unset):
        limit (int | Unset):  Default: 50.
        state (ReturnState | Unset): pending → approved or denied; a denial may be appealed once,
            and is pending again

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ListReturn | Problem
     """


    return sync_detailed(
        client=client,
cursor=cursor,
limit=limit,
state=state,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    limit: int | Unset = 50,
    state: ReturnState | Unset = UNSET,

) -> Response[ListReturn | Problem]:
    """ Returns, newest first

     Returns, newest first

    Args:
        cursor (str | Unset):
        limit (int | Unset):  Default: 50.
        state (ReturnState | Unset): pending → approved or denied; a denial may be appealed once,
            and is pending again

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ListReturn | Problem]
     """


    kwargs = _get_kwargs(
        cursor=cursor,
limit=limit,
state=state,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    limit: int | Unset = 50,
    state: ReturnState | Unset = UNSET,

) -> ListReturn | Problem | None:
    """ Returns, newest first

     Returns, newest first

    Args:
        cursor (str | Unset):
        limit (int | Unset):  Default: 50.
        state (ReturnState | Unset): pending → approved or denied; a denial may be appealed once,
            and is pending again

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ListReturn | Problem
     """


    return (await asyncio_detailed(
        client=client,
cursor=cursor,
limit=limit,
state=state,

    )).parsed
