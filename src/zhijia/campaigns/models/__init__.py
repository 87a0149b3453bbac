"""Drives, their targets, their rosters and what each on them gets."""

from zhijia.campaigns.models.drives import CampaignVersion, Drive, Share
from zhijia.campaigns.models.rosters import Answer, Draft, Entry, Piece
from zhijia.campaigns.models.tallies import Tally

__all__ = ["Answer", "CampaignVersion", "Draft", "Drive", "Entry", "Piece", "Share", "Tally"]
