from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.lead import Lead
from ...models.preview import Preview
from ...models.problem import Problem
from typing import cast



def _get_kwargs(
    source_key: str,
    *,
    body:    Lead  |     Lead  | Unset = UNSET,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/intake/{source_key}/preview".format(source_key=quote(str(source_key), safe=""),),
    }

    if isinstance(body, Lead):
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
    if isinstance(body, Lead):
        _kwargs["data"] = body.to_dict()
        headers["Content-Type"] = "application/x-www-form-urlencoded"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Preview | Problem | None:
    if response.status_code == 200:
        response_200 = Preview.from_dict(response.json())



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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Preview | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    source_key: str,
    *,
    client: AuthenticatedClient | Client,
    body:    Lead  |     Lead  | Unset = UNSET,

) -> Response[Preview | Problem]:
    """ See what would become of a lead

     Read and matched like a lead that is sent, and nothing is stored.

    Args:
        source_key (str):
        body (Lead): A lead in our own format.
        body (Lead): A lead in our own format.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Preview | Problem]
     """


    kwargs = _get_kwargs(
        source_key=source_key,
body=body,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    source_key: str,
    *,
    client: AuthenticatedClient | Client,
    body:    Lead  |     Lead  | Unset = UNSET,

) -> Preview | Problem | None:
    """ See what would become of a lead

     Read and matched like a lead that is sent, and nothing is stored.

    Args:
        source_key (str):
        body (Lead): A lead in our own format.
        body (Lead): A lead in our own format.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Preview | Problem
     """


    return sync_detailed(
        source_key=source_key,
client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    source_key: str,
    *,
    client: AuthenticatedClient | Client,
    body:    Lead  |     Lead  | Unset = UNSET,

) -> Response[Preview | Problem]:
    """ See what would become of a lead

     Read and matched like a lead that is sent, and nothing is stored.

    Args:
        source_key (str):
        body (Lead): A lead in our own format.
        body (Lead): A lead in our own format.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Preview | Problem]
     """


    kwargs = _get_kwargs(
        source_key=source_key,
body=body,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    source_key: str,
    *,
    client: AuthenticatedClient | Client,
    body:    Lead  |     Lead  | Unset = UNSET,

) -> Preview | Problem | None:
    """ See what would become of a lead

     Read and matched like a lead that is sent, and nothing is stored.

    Args:
        source_key (str):
        body (Lead): A lead in our own format.
        body (Lead): A lead in our own format.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Preview | Problem
     """


    return (await asyncio_detailed(
        source_key=source_key,
client=client,
body=body,

    )).parsed
