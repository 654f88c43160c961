/* SPDX-License-Identifier: MIT
 *
 * A plugin with one fault, chosen by -DBAD_<FAULT>. Without a fault it would be loaded.
 */
#include <math.h>

#include "agon/plugin.h"

#ifndef ABI_MINOR
#define ABI_MINOR AGON_ABI_MINOR
#endif
#ifndef MAGIC
#define MAGIC AGON_MAGIC
#endif
#ifndef CAPABILITIES
#define CAPABILITIES AGON_CAN_CLASSIFY
#endif
#ifndef RULE_ID
#define RULE_ID "sound"
#endif
#ifndef SETTINGS
#define SETTINGS "lr=0.5,mode=fast"
#endif
#ifndef LR_DEFAULT
#define LR_DEFAULT 0.1
#endif
#ifndef LR_MIN
#define LR_MIN 1e-3
#endif
#ifndef SECOND_KEY
#define SECOND_KEY "mode"
#endif
#ifndef PARAM_SIZE
#define PARAM_SIZE sizeof(agon_param)
#endif
#ifndef MEMORY
#define MEMORY 0
#endif
#ifndef PICTURE_KEY
#define PICTURE_KEY "drawing"
#endif
#ifndef METRIC_KEY
#define METRIC_KEY "first"
#endif
#ifndef METRIC_HELP
#define METRIC_HELP ""
#endif
#ifndef METRIC_COUNT
#define METRIC_COUNT 2
#endif
#ifndef READ_METRICS
#define READ_METRICS metrics_read
#endif
#ifndef METRIC_STRIDE
#define METRIC_STRIDE sizeof(agon_metric)
#endif
#ifndef PRESET_STRIDE
#define PRESET_STRIDE sizeof(agon_preset)
#endif
#ifndef RULE_SIZE
#define RULE_SIZE sizeof(agon_rule)
#endif
#ifndef PLUGIN_SIZE
#define PLUGIN_SIZE sizeof(agon_plugin)
#endif
#ifndef SUPERVISED_SIZE
#define SUPERVISED_SIZE sizeof(agon_supervised)
#endif
#ifndef SYMBOL
#define SYMBOL agon_plugin_v1
#endif

static agon_status create(const agon_rule* self, const agon_host* host, agon_call* call,
                          const agon_task* task, const agon_value* values, agon_model** out) {
  static int model;
  (void)self, (void)host, (void)call, (void)task, (void)values;
  *out = (agon_model*)&model;
  return AGON_OK;
}
static void destroy(agon_model* model) { (void)model; }

static agon_status fit(agon_model* model, agon_call* call, const agon_batch* batch, double* loss) {
  (void)model, (void)call, (void)batch;
  *loss = 0;
  return AGON_OK;
}
static agon_status predict(agon_model* model, agon_call* call, agon_cmat x, agon_mat out) {
  (void)model, (void)call, (void)x, (void)out;
  return AGON_OK;
}
#ifdef BAD_PICTURES
static agon_status picture(agon_model* model, agon_call* call, uint32_t index, agon_cmat* out) {
  (void)model, (void)call, (void)index, (void)out;
  return AGON_OK;
}
#endif
#ifdef BAD_METRICS
static agon_status metrics_read(agon_model* model, agon_call* call, double* out) {
  (void)model, (void)call, (void)out;
  return AGON_OK;
}
#endif
#ifndef BAD_SUPERVISED
static const agon_supervised supervised = {SUPERVISED_SIZE, 0, NULL, fit, NULL, predict, NULL};
#endif

#ifdef BAD_UNDEFINED
const void* agon_nobody_defines_this(void);
#endif

static const void* extension(const agon_rule* self, const char* id) {
  (void)self;
  (void)fit, (void)predict;
#ifdef BAD_UNDEFINED
  return id == NULL ? agon_nobody_defines_this() : &supervised;
#elif defined(BAD_SUPERVISED)
  (void)id;
  return NULL;
#elif defined(BAD_PICTURES)
  static const agon_picture drawing = {
      sizeof(agon_picture), AGON_HEATMAP, PICTURE_KEY, "title", "x", "y", "", ""};
  static const agon_pictures pictures = {
      sizeof(agon_pictures), 1, sizeof(agon_picture), 0, &drawing, READ_PICTURE, NULL};
  (void)picture;
  return id[6] == 'u' ? (const void*)&supervised : id[5] == 'p' ? &pictures : NULL;
#elif defined(BAD_METRICS)
  static const agon_metric schema[] = {{METRIC_KEY, "", METRIC_HELP}, {"second", "", ""}};
  static const agon_metrics metrics = {sizeof(agon_metrics), METRIC_COUNT, METRIC_STRIDE, 0, schema,
                                       READ_METRICS,         NULL};
  (void)metrics_read;
  return id[6] == 'u' ? (const void*)&supervised : id[5] == 'm' ? &metrics : NULL;
#elif defined(BAD_TENSORS)
  static const agon_tensors tensors = {sizeof(agon_tensors), 0, NULL, NULL, NULL};
  return id[6] == 'u' ? (const void*)&supervised : id[5] == 't' ? &tensors : NULL;
#elif defined(BAD_LESION)
  static const agon_lesion lesion = {sizeof(agon_lesion), 1u << AGON_SILENCE, NULL};
  return id[6] == 'u' ? (const void*)&supervised : id[5] == 'l' ? &lesion : NULL;
#elif defined(BAD_GENERATE)
  static const agon_generate generate = {sizeof(agon_generate), 0, NULL};
  return id[6] == 'u' ? (const void*)&supervised : id[5] == 'g' ? &generate : NULL;
#else
  return id[6] == 'u' ? &supervised : NULL; /* agon.supervised/1, not agon.state/1 */
#endif
}

static const char* const modes[] = {"slow", "fast"};
static const agon_param lr = {
    PARAM_SIZE,        AGON_REAL,     AGON_PARAM_LOG, 0,    "lr", "", "learning rate",
    {.r = LR_DEFAULT}, {.r = LR_MIN}, {.r = 1},       NULL, 0,    0};
static const agon_param mode = {
    sizeof(agon_param), AGON_CHOICE, 0,        2,     SECOND_KEY, "", "mode",
    {.i = 0},           {.i = 0},    {.i = 1}, modes, 0,          0};
#ifdef HOST_KEY
static const agon_param host = {
    sizeof(agon_param), AGON_INT,        AGON_PARAM_HOST, 0,    HOST_KEY, "", "",
    {.i = 1},           {.i = HOST_MIN}, {.i = 9},        NULL, 0,        0};
static const agon_param* const params[] = {&lr, &mode, &host};
#else
static const agon_param* const params[] = {&lr, &mode};
#endif
static const agon_preset presets[] = {{"quick", "for tests", SETTINGS}};

static const agon_rule rule = {RULE_SIZE,
                               1,
                               MEMORY,
                               CAPABILITIES,
                               RULE_ID,
                               "Sound",
                               "a test",
                               "none",
                               params,
                               presets,
                               sizeof params / sizeof params[0],
                               1,
                               PRESET_STRIDE,
                               0,
                               NULL,
                               create,
                               destroy,
                               extension,
                               NULL};
#ifdef BAD_TWICE
static const agon_rule* const rules[] = {&rule, &rule};
#else
static const agon_rule* const rules[] = {&rule};
#endif

static const agon_plugin plugin = {PLUGIN_SIZE, MAGIC,   ABI_MINOR, sizeof rules / sizeof rules[0],
                                   "bad",       "1.0.0", "MIT",     "test",
                                   rules};

AGON_EXPORT const agon_plugin* SYMBOL(void);
const agon_plugin* SYMBOL(void) { return &plugin; }
