# Runs Morlet's studies: the image of `type: docker`.
#
#   docker build --tag morlet .
#
# BASE is any image with Deno in its path and a shell; where nothing can be pulled, one made by `docker import`.
ARG BASE=denoland/deno:2.9.6
FROM ${BASE}
ENV DENO_DIR=/deno-dir DENO_NO_UPDATE_CHECK=1
COPY . /morlet/
# Whoever runs it may read all, and needs to write nothing but the workspace.
RUN cd /morlet && deno cache --frozen --quiet runs/study_main.ts && chmod -R a+rX /morlet /deno-dir
ENTRYPOINT []
