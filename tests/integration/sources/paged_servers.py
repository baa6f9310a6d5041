"""Local servers of platforms that number their pages: they sign, page and refuse as documented.

What belongs here: the behaviour, with signatures of its own making. What does not: serving
(platform_server.py), and any test.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.responses import JSONResponse, Response

from tests.integration.sources.platform_server import SECRET, Asked, beijing, shown

JD_STATES = {"WAIT_SELLER_STOCK_OUT", "LOCKED", "WAIT_GOODS_RECEIVE_CONFIRM", "FINISHED_L", "TRADE_CANCELED"}


def jd(asked: Asked) -> Response:
    """Check signature, span, states and fields; give a page and the count of all."""
    shop, given = asked.shop, asked.given
    signed = {name: value for name, value in given.items() if name not in {"sign", "body"}}
    if _md5(f"{SECRET}{_joined(signed)}{SECRET}").upper() != given["sign"]:
        return JSONResponse({"error_response": {"code": "12", "zh_desc": "无效签名", "en_desc": "sign"}})
    if given["access_token"] != shop.token:
        return JSONResponse({"error_response": {"code": "19", "zh_desc": "token已过期", "en_desc": "token"}})
    wanted = json.loads(given["360buy_param_json"])
    begin, end = beijing(wanted["start_date"]), beijing(wanted["end_date"])
    if end - begin > timedelta(days=28) or not wanted.get("optional_fields"):
        return _jd({"apiResult": {"success": False, "chineseErrCode": "参数错误"}})
    if not set(wanted["order_state"].split(",")) >= JD_STATES or int(wanted["page_size"]) > 50:
        return _jd({"apiResult": {"success": False, "chineseErrCode": "参数错误"}})
    page, total = _page(asked, begin, end, int(wanted["page"]) - 1, int(wanted["page_size"]))
    said: dict[str, Any] = {"apiResult": {"success": True}, "orderTotal": total}
    if page:
        said["orderInfoList"] = page
    return _jd(said)


def wangdiantong(asked: Asked) -> Response:
    """Check signature, clock and span: an hour at most, pages counted from 0."""
    given = asked.given
    signed = {name: value for name, value in given.items() if name != "sign"}
    if _md5(f"{SECRET}{_joined(signed)}{SECRET}") != given["sign"]:
        return JSONResponse({"status": 1, "message": "sign"})
    if abs(int(given["timestamp"]) + 1_325_347_200 - asked.shop.now().timestamp()) > 120:
        return JSONResponse({"status": 1, "message": "timestamp"})
    (wanted,) = json.loads(given["body"])
    begin, end = beijing(wanted["start_time"]), beijing(wanted["end_time"])
    if end - begin > timedelta(hours=1):
        return JSONResponse({"status": 1, "message": "span"})
    page, total = _page(asked, begin, end, int(given["page_no"]), int(given["page_size"]))
    return JSONResponse({"status": 0, "data": {"total_count": total, "order": page}})


def douyin(asked: Asked) -> Response:
    """Check the signature over the body as it was sent; pages are counted from 0."""
    given = asked.given
    text = "".join(
        f"{name}{given[key]}"
        for name, key in (
            ("app_key", "app_key"),
            ("method", "method"),
            ("param_json", "body"),
            ("timestamp", "timestamp"),
            ("v", "v"),
        )
    )
    sign = hmac.new(SECRET.encode(), f"{SECRET}{text}{SECRET}".encode(), hashlib.sha256).hexdigest()
    if sign != given["sign"] or given["method"] != asked.request.url.path.strip("/").replace("/", "."):
        return JSONResponse({"code": 40003, "msg": "非法的参数", "sub_msg": "签名校验失败"})
    wanted = json.loads(given["body"])
    begin, end = (
        datetime.fromtimestamp(wanted[name], UTC) for name in ("update_time_start", "update_time_end")
    )
    page, total = _page(asked, begin, end, int(wanted["page"]), int(wanted["size"]))
    return JSONResponse({"code": 10000, "data": {"total": total, "shop_order_list": page}})


def magento(asked: Asked) -> Response:
    """Read the search criteria; times are UTC. A page past the end is refused: nothing documents one."""
    given = asked.given
    if asked.request.headers.get("Authorization") != f"Bearer {asked.shop.token}":
        return JSONResponse({"message": "The consumer isn't authorized to access %resources."}, 401)
    criterion = "searchCriteria[filter_groups][0][filters][0]"
    if (given[f"{criterion}[field]"], given[f"{criterion}[condition_type]"]) != ("updated_at", "gteq"):
        return JSONResponse({"message": "filter"}, 400)
    begin = datetime.fromisoformat(given[f"{criterion}[value]"]).replace(tzinfo=UTC)
    number, size = int(given["searchCriteria[currentPage]"]), int(given["searchCriteria[pageSize]"])
    page, total = _page(asked, begin, asked.shop.now(), number - 1, size)
    if number > 1 and not page:
        return JSONResponse({"message": "past the end"}, 400)
    return JSONResponse({"items": page, "search_criteria": {}, "total_count": total})


def woocommerce(asked: Asked) -> Response:
    """Ask for user and password; give a bare list, by id. Without dates_are_gmt times are the site's own."""
    given = asked.given
    expected = base64.b64encode(f"ck:{SECRET}".encode()).decode()
    if asked.request.headers.get("Authorization") != f"Basic {expected}":
        return JSONResponse({"code": "woocommerce_rest_cannot_view"}, 401)
    zone = timedelta(0) if given.get("dates_are_gmt") == "true" else timedelta(hours=8)
    begin = datetime.fromisoformat(given["modified_after"]).replace(tzinfo=UTC) - zone
    page, _ = _page(asked, begin, asked.shop.now(), int(given["page"]) - 1, int(given["per_page"]))
    return JSONResponse(page)


def _page(asked: Asked, begin: datetime, end: datetime, place: int, size: int) -> tuple[list[Any], int]:
    found = asked.shop.changed_between(begin, end)
    return [shown(each) for each in found[place * size : (place + 1) * size]], len(found)


def _jd(said: dict[str, Any]) -> Response:
    return JSONResponse({"jingdong_pop_order_search_responce": {"searchorderinfo_result": said}})


def _joined(params: dict[str, str]) -> str:
    return "".join(name + params[name] for name in sorted(params))


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()  # noqa: S324 - as the platforms do
