/** Of the Elastic Common Schema (https://www.elastic.co/docs/reference/ecs). */
export const VERSION = "8.11.0";
