from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.lead import Lead
from ...models.problem import Problem
from ...models.receipt_type_0 import ReceiptType0
from ...models.receipt_type_1 import ReceiptType1
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    source_key: str,
    *,
    body:    Lead  |     Lead  | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key



    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/intake/{source_key}".format(source_key=quote(str(source_key), safe=""),),
    }

    if isinstance(body, Lead):
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
    if isinstance(body, Lead):
        _kwargs["data"] = body.to_dict()
        headers["Content-Type"] = "application/x-www-form-urlencoded"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | ReceiptType0 | ReceiptType1 | None:
    if response.status_code == 200:
        def _parse_response_200(data: object) -> ReceiptType0 | ReceiptType1:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_receipt_type_0 = ReceiptType0.from_dict(data)



                return componentsschemas_receipt_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            componentsschemas_receipt_type_1 = ReceiptType1.from_dict(data)



            return componentsschemas_receipt_type_1

        response_200 = _parse_response_200(response.json())

        return response_200

    if response.status_code == 201:
        def _parse_response_201(data: object) -> ReceiptType0 | ReceiptType1:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_receipt_type_0 = ReceiptType0.from_dict(data)



                return componentsschemas_receipt_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            componentsschemas_receipt_type_1 = ReceiptType1.from_dict(data)



            return componentsschemas_receipt_type_1

        response_201 = _parse_response_201(response.json())

        return response_201

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Problem | ReceiptType0 | ReceiptType1]:
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
    idempotency_key: str | Unset = UNSET,

) -> Response[Problem | ReceiptType0 | ReceiptType1]:
    """ Send a lead

     The source's format says what the body is; shown here is our own. Google Ads is answered with 200
    and `{}`.

    Args:
        source_key (str):
        idempotency_key (str | Unset):
        body (Lead): A lead in our own format.
        body (Lead): A lead in our own format.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ReceiptType0 | ReceiptType1]
     """


    kwargs = _get_kwargs(
        source_key=source_key,
body=body,
idempotency_key=idempotency_key,

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
    idempotency_key: str | Unset = UNSET,

) -> Problem | ReceiptType0 | ReceiptType1 | None:
    """ Send a lead

     The source's format says what the body is; shown here is our own. Google Ads is answered with 200
    and `{}`.

    Args:
        source_key (str):
        idempotency_key (str | Unset):
        body (Lead): A lead in our own format.
        body (Lead): A lead in our own format.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ReceiptType0 | ReceiptType1
     """


    return sync_detailed(
        source_key=source_key,
client=client,
body=body,
idempotency_key=idempotency_key,

    ).parsed

async def asyncio_detailed(
    source_key: str,
    *,
    client: AuthenticatedClient | Client,
    body:    Lead  |     Lead  | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,

) -> Response[Problem | ReceiptType0 | ReceiptType1]:
    """ Send a lead

     The source's format says what the body is; shown here is our own. Google Ads is answered with 200
    and `{}`.

    Args:
        source_key (str):
        idempotency_key (str | Unset):
        body (Lead): A lead in our own format.
        body (Lead): A lead in our own format.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ReceiptType0 | ReceiptType1]
     """


    kwargs = _get_kwargs(
        source_key=source_key,
body=body,
idempotency_key=idempotency_key,

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
    idempotency_key: str | Unset = UNSET,

) -> Problem | ReceiptType0 | ReceiptType1 | None:
    """ Send a lead

     The source's format says what the body is; shown here is our own. Google Ads is answered with 200
    and `{}`.

    Args:
        source_key (str):
        idempotency_key (str | Unset):
        body (Lead): A lead in our own format.
        body (Lead): A lead in our own format.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ReceiptType0 | ReceiptType1
     """


    return (await asyncio_detailed(
        source_key=source_key,
client=client,
body=body,
idempotency_key=idempotency_key,

    )).parsed
