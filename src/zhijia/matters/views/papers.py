"""Where the QR of a paper leads: whether such a paper was issued, and nothing about the case."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from zhijia.matters.services import papers


def issued(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    """Who issued the paper, its number, its title and its day."""
    paper = papers.issued(paper_id)
    if paper is None:
        raise Http404
    response = render(request, "matters/issued.html", {"paper": paper})
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
