"""The service: HTTP and pages over one engine. A thin skin; what a theme or a hit is stands in `voc.queries`."""
