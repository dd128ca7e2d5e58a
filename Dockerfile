# The edge and the command line. docs/deploy.md says how to run it.
FROM python:3.12-slim

ENV PYTHONPATH=/app PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
RUN useradd --system --uid 10001 --no-create-home pgcredits

# What is built seldom first: the libraries, then the code, which is used where it lies.
COPY pyproject.toml constraints.txt README.md LICENSE ./
RUN mkdir edge scripts && pip install --constraint constraints.txt --editable .
COPY catalogs catalogs
COPY sql sql
COPY gunicorn.conf.py ./
COPY scripts scripts
COPY edge edge

USER pgcredits
ENV PORT=8000
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s \
    CMD ["python", "-m", "edge.alive"]
CMD ["gunicorn"]
