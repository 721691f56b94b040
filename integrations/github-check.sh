#!/usr/bin/env bash
# The step of action.yml: one check, its annotations, summary and comment. Ends as the check does; where that
# is fine, as the comment does. All it is told stands in CHECK_… and in what GitHub sets.
set -euo pipefail

comment="${RUNNER_TEMP:-.}/catalog-check.md"
rm -f "$comment"
arguments=(check --base "$CHECK_BASE" --fail-on "$CHECK_FAIL_ON" --on-error "$CHECK_ON_ERROR")
arguments+=(--format github --also "markdown=$comment")
[ -z "${CHECK_CONFIG:-}" ] || arguments+=(--config "$CHECK_CONFIG")
[ -z "${CHECK_REPOSITORY:-}" ] || arguments+=(--repository "$CHECK_REPOSITORY")
[ -z "${CHECK_APPROVED_BY:-}" ] || arguments+=(--approved-by "$CHECK_APPROVED_BY")
[ -z "${CHECK_SARIF:-}" ] || arguments+=(--also "sarif=$CHECK_SARIF")
[ -z "${GITHUB_STEP_SUMMARY:-}" ] || arguments+=(--also "summary=$GITHUB_STEP_SUMMARY")

code=0
catalog "${arguments[@]}" || code=$?
[ -z "${GITHUB_OUTPUT:-}" ] || echo "exit-code=$code" >>"$GITHUB_OUTPUT"

if [ "${CHECK_COMMENT:-}" = true ] && [ -n "${CHECK_REQUEST:-}" ] && [ -s "$comment" ]; then
    posted=0
    catalog comment "$CHECK_REQUEST" --body "$comment" --head "$CHECK_HEAD" \
        --on-error "$CHECK_COMMENT_ON_ERROR" || posted=$?
    [ "$code" -ne 0 ] || code=$posted
fi
exit "$code"
