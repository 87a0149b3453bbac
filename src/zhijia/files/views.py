"""The one address of a stored file."""

from uuid import UUID

from django.http import Http404, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from zhijia.files import services
from zhijia.kernel import days
from zhijia.kernel.errors import NotForYou
from zhijia.kernel.requests import Asked

SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"


@never_cache
@require_GET
def stored_file(request: Asked, file_id: UUID) -> StreamingHttpResponse:
    """Hand the file out to be saved, for whom its owner lets in; a stranger finds nothing."""
    if request.actor.user_id is None:
        raise Http404
    try:
        opened = services.open_for(actor=request.actor, at=days.now(), file_id=file_id)
    except NotForYou as error:
        raise Http404 from error
    response = StreamingHttpResponse(opened.pieces, content_type=opened.file.media_type)
    response["Content-Length"] = str(opened.file.size)
    response["Content-Disposition"] = content_disposition_header(True, opened.file.name) or "attachment"
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    return response
