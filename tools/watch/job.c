// SPDX-License-Identifier: GPL-2.0-only
#include "job.h"

#include <stdio.h>
#include <string.h>

#include "../text/print.h"
#include "incident_json.h"

#define PREFIX "TSREWRITE_"

static json_t *environment_json(const struct incident *incident, const char *what,
				const struct job_context *context)
{
	char title[INCIDENT_TEXT], lost[24];

	incident_title(incident, title, sizeof(title));
	snprintf(lost, sizeof(lost), "%llu", (unsigned long long)context->lost);
	return json_pack("{s:s, s:s, s:o, s:o, s:s, s:s}",
			 PREFIX "WHAT", what,
			 PREFIX "STATE", incident_state(incident),
			 PREFIX "GROUP", json_text(incident->group),
			 PREFIX "TITLE", json_text(title),
			 PREFIX "NETNS", context->netns ? context->netns : "",
			 PREFIX "LOST", lost);
}

json_t *job_json(const struct incident *incident, const char *what, const char *command,
		 const struct job_context *context)
{
	return json_pack("{s:s, s:I, s:o, s:o}", "command", command,
			 "timeout", (json_int_t)context->timeout,
			 "environment", environment_json(incident, what, context),
			 "input", incident_json_told(incident, what, context->time));
}

static bool is_environment(json_t *environment)
{
	const char *name;
	json_t *value;

	json_object_foreach(environment, name, value) {
		if (strncmp(name, PREFIX, sizeof(PREFIX) - 1) || strchr(name, '=') ||
		    !json_is_string(value))
			return false;
	}
	return true;
}

int job_parse(const json_t *json, struct job *job)
{
	json_t *environment, *input;
	json_int_t timeout;

	if (json_unpack((json_t *)json, "{s:s, s:I, s:o, s:o, s:{s:s, s:s}}",
			"command", &job->command, "timeout", &timeout,
			"environment", &environment, "input", &input, "environment",
			PREFIX "WHAT", &job->what, PREFIX "TITLE", &job->title) ||
	    !is_environment(environment) || !json_is_object(input) ||
	    timeout < 1 || timeout > JOB_TIMEOUT_MOST)
		return -1;
	job->timeout = (uint32_t)timeout;
	job->environment = environment;
	job->input = input;
	return 0;
}
