/*
 * A polkit authentication agent for tests: answers every prompt by itself, and logs each one.
 *
 *     agent dismiss|PASSWORD LOG self COMMAND...   is COMMAND's parent and its agent
 *     agent dismiss|PASSWORD LOG PID               is the agent of a running process of the same user
 *
 * gcc agent.c -o agent $(pkg-config --cflags --libs polkit-agent-1)
 */
#define POLKIT_AGENT_I_KNOW_API_IS_SUBJECT_TO_CHANGE
#include <polkitagent/polkitagent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *answer;
static const char *log_file;

typedef struct { PolkitAgentListener parent; } TestAgent;
typedef struct { PolkitAgentListenerClass parent_class; } TestAgentClass;
G_DEFINE_TYPE(TestAgent, test_agent, POLKIT_AGENT_TYPE_LISTENER)

static void log_prompt(const char *action, const char *message) {
  FILE *file = fopen(log_file, "a");
  if (!file) return;
  fprintf(file, "%s\t%s\n", action, message);
  fclose(file);
}

static void on_request(PolkitAgentSession *session, gchar *request, gboolean echo, gpointer data) {
  (void)request; (void)echo; (void)data;
  polkit_agent_session_response(session, answer);
}

static void on_completed(PolkitAgentSession *session, gboolean authorized, gpointer data) {
  (void)authorized;
  g_task_return_boolean(G_TASK(data), TRUE);
  g_object_unref(data);
  g_object_unref(session);
}

static void initiate(PolkitAgentListener *listener, const gchar *action, const gchar *message, const gchar *icon,
                     PolkitDetails *details, const gchar *cookie, GList *identities, GCancellable *cancellable,
                     GAsyncReadyCallback callback, gpointer data) {
  (void)icon; (void)details;
  GTask *task = g_task_new(listener, cancellable, callback, data);
  log_prompt(action, message);
  if (strcmp(answer, "dismiss") == 0) {
    g_task_return_new_error(task, POLKIT_ERROR, POLKIT_ERROR_CANCELLED, "dismissed");
    g_object_unref(task);
    return;
  }
  PolkitAgentSession *session = polkit_agent_session_new(identities->data, cookie);
  g_signal_connect(session, "request", G_CALLBACK(on_request), NULL);
  g_signal_connect(session, "completed", G_CALLBACK(on_completed), task);
  polkit_agent_session_initiate(session);
}

static gboolean initiate_finish(PolkitAgentListener *listener, GAsyncResult *result, GError **error) {
  (void)listener;
  return g_task_propagate_boolean(G_TASK(result), error);
}

static void test_agent_init(TestAgent *self) { (void)self; }

static void test_agent_class_init(TestAgentClass *class) {
  PolkitAgentListenerClass *listener = POLKIT_AGENT_LISTENER_CLASS(class);
  listener->initiate_authentication = initiate;
  listener->initiate_authentication_finish = initiate_finish;
}

static void on_child_end(GPid pid, gint status, gpointer loop) {
  (void)pid;
  g_main_loop_quit(loop);
  exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  answer = argv[1];
  log_file = argv[2];
  gboolean is_parent = strcmp(argv[3], "self") == 0;
  pid_t pid = is_parent ? getpid() : atoi(argv[3]);
  GError *error = NULL;
  PolkitSubject *subject = polkit_unix_process_new_for_owner(pid, 0, getuid());
  PolkitAgentListener *agent = g_object_new(test_agent_get_type(), NULL);
  if (!polkit_agent_listener_register(agent, POLKIT_AGENT_REGISTER_FLAGS_NONE, subject, NULL, NULL, &error)) {
    fprintf(stderr, "agent: %s\n", error->message);
    return 3;
  }
  GMainLoop *loop = g_main_loop_new(NULL, FALSE);
  if (is_parent) {
    pid_t child = fork();
    if (child == 0) {
      execvp(argv[4], argv + 4);
      _exit(127);
    }
    close(STDIN_FILENO);
    close(STDOUT_FILENO);
    g_child_watch_add(child, on_child_end, loop);
  } else {
    puts("registered");
    fflush(stdout);
  }
  g_main_loop_run(loop);
  return 0;
}
