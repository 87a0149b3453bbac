"""Where a bank tells what became of payments: no log-in, but a signature over the raw body."""

from django.http import HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked
from zhijia.payments.banking import events, signing


@csrf_exempt
@require_POST
def receive(request: Asked) -> HttpResponse:
    """200 for a message that was taken, now or before; 401 for a forged or old one, which goes on the trail; 422 for
    one nobody can read."""
    if len(request.body) > events.LONGEST:
        return JsonResponse({"code": "too_long"}, status=413)
    try:
        is_new = events.receive(
            at=days.now(),
            moment=request.headers.get(signing.TIME, ""),
            signature=request.headers.get(signing.SIGNATURE, ""),
            body=request.body,
        )
    except Refusal as refusal:
        request.refusal = refusal
        said = {"code": refusal.code, "message": str(refusal), "request_id": request.request_id}
        return JsonResponse(said, status=401 if isinstance(refusal, events.Forged) else 422)
    return JsonResponse({"taken": True, "new": is_new})
