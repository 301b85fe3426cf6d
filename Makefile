.PHONY: demo test up down check bench lock

demo up down test check bench lock:
	@scripts/$@
