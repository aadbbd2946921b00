"""The record of decisions measured: appends, verification, detection."""
